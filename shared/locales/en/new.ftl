# “worker new”: what was written, and what comes next.
new-task-written = { $file } written: the task “{ $task }”.
new-task-next-cron = Next: say in it when the task runs and what it does. “cargo run -- dev” runs it by its schedule, and meanwhile “cargo run -- cron run { $task }” at once.
new-task-next-side = Next: say in it what the task does. “cargo run -- dev” runs it.
new-task-taken = there is a task “{ $task }” already; give this one another name
new-file-exists = { $file } exists already, and nothing is overwritten; give the task another name
new-project-written = The project “{ $name }” lies in { $folder }:
new-folder-in-use = { $folder } is not empty, and nothing is overwritten; name a folder that is, or is not there yet
new-folder-unnamed = name a folder
new-source-unknown = the checkout this program was built from is not there to stay; say with --git or --path where the project finds Downbeat
new-no-checkout = this is no checkout of Downbeat: { $file } is missing
new-next = Next:
