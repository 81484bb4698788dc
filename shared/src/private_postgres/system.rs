//! The system calls that std has no safe function for: all `unsafe` of the private server, and the guardian among it.

#![allow(unsafe_code, reason = "each call says why it is sound")]

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::{AsRawFd, RawFd};
use std::time::Duration;

use tokio::process::Command;

/// How soon the guardian sees that the last user is gone.
const GUARD: Duration = Duration::from_millis(100);

/// Whether [`sync_file_system`] does anything here.
pub(super) const SYNCS_FILE_SYSTEMS: bool = cfg!(target_os = "linux");

/// User and group this process acts as.
pub(super) fn own_ids() -> (u32, u32) {
    // SAFETY: both only read numbers of this process and cannot fail.
    unsafe { (libc::geteuid(), libc::getegid()) }
}

/// Sends SIGINT: a fast and clean shutdown, if it is a PostgreSQL server.
pub(super) fn interrupt(pid: u32) {
    // Zero and negative numbers would mean groups of processes.
    if let Ok(pid @ 2..) = libc::pid_t::try_from(pid) {
        // SAFETY: a system call on plain numbers.
        unsafe { libc::kill(pid, libc::SIGINT) };
    }
}

/// Syncs all of the file's file system: one call where `initdb` syncs a thousand files, which takes seconds on a slow
/// disk.
pub(super) fn sync_file_system(file: &File) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    // SAFETY: a system call on a descriptor that is open.
    if unsafe { libc::syncfs(file.as_raw_fd()) } == -1 {
        return Err(io::Error::last_os_error());
    }
    #[cfg(not(target_os = "linux"))]
    let _ = file;
    Ok(())
}

/// Gives the program a session of its own, for Ctrl-C at our terminal is not for it, and lets it inherit its lock and
/// nothing else: whoever started us may wait for the end of a pipe that we were left.
pub(super) fn detach(program: &mut Command, server_lock: &File) {
    let server_lock = server_lock.as_raw_fd();
    let in_child = move || {
        // SAFETY: async-signal-safe system calls on plain numbers.
        unsafe {
            close_all_at_exec();
            if libc::setsid() == -1 || libc::fcntl(server_lock, libc::F_SETFD, 0) == -1 {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(())
    };
    // SAFETY: the closure makes only system calls that are allowed between fork and exec.
    unsafe { program.pre_exec(in_child) };
}

/// Makes the child a guardian and its child the program. `users_lock` is a handle of the guardian's own, kept open
/// until the program is spawned.
pub(super) fn put_under_guardian(program: &mut Command, users_lock: &File) {
    let users_lock = users_lock.as_raw_fd();
    let in_child = move || {
        // SAFETY: async-signal-safe system calls only; the process just forked has one thread, and its guardian half
        // never returns to code that could miss the closed descriptors.
        unsafe {
            match libc::fork() {
                -1 => Err(io::Error::last_os_error()),
                0 => {
                    #[cfg(target_os = "linux")]
                    libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGINT);
                    Ok(())
                }
                server => stand_guard(server, users_lock),
            }
        }
    };
    // SAFETY: the closure makes only system calls that are allowed between fork and exec.
    unsafe { program.pre_exec(in_child) };
}

/// Ends the server when nobody holds the shared lock any more, and itself when the server has ended.
///
/// # Safety
/// Only in a process just forked: it closes every descriptor under the feet of whoever uses them.
unsafe fn stand_guard(server: libc::pid_t, users_lock: RawFd) -> ! {
    // SAFETY: async-signal-safe system calls on plain numbers and on variables of this frame. The server's number is
    // given to no other process before we have waited for it.
    unsafe {
        // Whoever ends us politely, by our name, ends the users too; that is what we are here for.
        let mut all = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::sigprocmask(libc::SIG_BLOCK, &raw const all, std::ptr::null_mut());
        close_all_but(users_lock);

        let mut status = 0;
        while libc::waitpid(server, &raw mut status, libc::WNOHANG) == 0 {
            // Once taken it is kept until the server has ended: who comes now waits, and starts another.
            if libc::flock(users_lock, libc::LOCK_EX | libc::LOCK_NB) == 0 {
                libc::kill(server, libc::SIGINT);
                libc::waitpid(server, &raw mut status, 0);
                break;
            }
            libc::usleep(GUARD.subsec_micros());
        }
        libc::_exit(i32::from(status != 0))
    }
}

/// Lets go of all that exec would have closed: the user's shared lock, `server.lock`, and the pipe on which `spawn`
/// waits for exec.
///
/// # Safety
/// As for [`stand_guard`].
unsafe fn close_all_but(kept: RawFd) {
    // SAFETY: closing a number that is not open does nothing.
    unsafe {
        #[cfg(target_os = "linux")]
        {
            libc::prctl(libc::PR_SET_NAME, c"downbeat-pg".as_ptr());
            let below = kept == 3 || libc::syscall(libc::SYS_close_range, 3, kept - 1, 0) == 0;
            if below && libc::syscall(libc::SYS_close_range, kept + 1, libc::c_uint::MAX, 0) == 0 {
                return;
            }
        }
        // Kernels before 5.9, and macOS.
        for descriptor in descriptors().filter(|&descriptor| descriptor != kept) {
            libc::close(descriptor);
        }
    }
}

/// Has exec close all but the standard three, also what another program left us without that mark.
///
/// # Safety
/// Only in a process just forked: exec would take from others what they mean to pass on.
unsafe fn close_all_at_exec() {
    // SAFETY: a mark on a number that is not open does nothing.
    unsafe {
        #[cfg(target_os = "linux")]
        if libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC) == 0 {
            return;
        }
        // Kernels before 5.11, and macOS.
        for descriptor in descriptors() {
            libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC);
        }
    }
}

/// The numbers beyond the standard three that a descriptor may have, as far as it is worth trying them one by one.
fn descriptors() -> Range<RawFd> {
    // SAFETY: it takes no lock and only reads a limit of this process, in glibc, musl and macOS.
    let limit = unsafe { libc::sysconf(libc::_SC_OPEN_MAX) };
    // No limit is told by a negative number.
    let limit = if limit < 0 { 65_536 } else { limit.clamp(256, 65_536) };
    3..RawFd::try_from(limit).unwrap_or(65_536)
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn a_guarded_program_that_cannot_be_run_is_an_error_and_no_hang() {
        let lock = File::open("/dev/null").expect("a file");
        let mut program = Command::new("/nowhere/postgres");
        put_under_guardian(&mut program, &lock);
        // Nobody may take it: the guardian would find its time come.
        let user = File::open("/dev/null").expect("a file");
        user.lock_shared().expect("a lock");
        let begun = Instant::now();
        let error = program.spawn().expect_err("there is no such program");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}
