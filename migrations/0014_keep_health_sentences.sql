-- Why a side task is not healthy is told in the reader's language, where a worker says it and not the task.
alter table side_tasks add column health_sentence jsonb;
comment on column side_tasks.health_sentence is 'What health_message was made of, where it is a sentence of Downbeat';
