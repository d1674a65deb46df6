//! Attempts as processes of this machine: each in a process group of its own, with an environment of its own, so that it
//! sees nothing of ours and all that it starts ends with it.

use std::{
    io,
    os::unix::process::ExitStatusExt,
    process::{ExitStatus, Stdio},
    sync::mpsc as std_mpsc,
    time::Duration,
};

use async_trait::async_trait;
use futures::future::{self, OptionFuture};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    process::{Child, Command},
    runtime::Handle,
    sync::{mpsc, oneshot},
};
use tokio_util::sync::CancellationToken;

use super::lines::forward;
use crate::{
    ports::{Ending, Executor, Order},
    run_process::DISPATCHER_PID,
};

/// How long what a process has said may still be read when it has ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Runs attempts as processes of this machine.
#[derive(Debug)]
pub(crate) struct LocalExecutor {
    program: String,
    arguments: Vec<String>,
    grace: Duration,
    spawner: Spawner,
}

impl LocalExecutor {
    /// With a command to which the function's name is added, or this program's `run-process`.
    pub(crate) fn new(runner: &[String], grace: Duration) -> io::Result<Self> {
        let (program, arguments) = match runner.split_first() {
            Some((program, arguments)) => (program.clone(), arguments.to_vec()),
            None => {
                let own = std::env::current_exe()?.into_os_string().into_string();
                let own = own.map_err(|_| io::Error::other("the path of this program is not UTF-8"))?;
                (own, vec!["run-process".to_owned()])
            }
        };
        Ok(Self { program, arguments, grace, spawner: Spawner::start()? })
    }

    async fn spawn(&self, order: &Order) -> io::Result<(Child, Group)> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .arg(&order.function)
            .env_clear()
            .envs(&order.environment)
            .env(DISPATCHER_PID, std::process::id().to_string())
            .current_dir(&order.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        let child = self.spawner.spawn(command).await?;
        let id = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let group = Group(id.ok_or_else(|| io::Error::other("the process ended at once"))?);
        Ok((child, group))
    }

    /// Asks it to end, and kills it when it takes too long.
    async fn end(&self, child: &mut Child, group: &Group) -> io::Result<()> {
        group.signal(Signal::TERM);
        if tokio::time::timeout(self.grace, child.wait()).await.is_err() {
            group.signal(Signal::KILL);
            child.wait().await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Executor for LocalExecutor {
    async fn run(&self, order: Order, lines: mpsc::Sender<String>, stop: CancellationToken) -> io::Result<Ending> {
        let (mut child, group) = self.spawn(&order).await?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let out = OptionFuture::from(stdout.map(|stdout| forward(stdout, lines.clone())));
        let err = OptionFuture::from(stderr.map(|stderr| forward(stderr, lines)));
        let readers = tokio::spawn(future::join(out, err));
        let ending = tokio::select! {
            status = child.wait() => ending(status?),
            () = tokio::time::sleep(order.timeout) => Ending::TimedOut,
            () = stop.cancelled() => Ending::Stopped,
        };
        if matches!(ending, Ending::TimedOut | Ending::Stopped) {
            self.end(&mut child, &group).await?;
        }
        // Whatever it has started and left behind.
        drop(group);
        let abort = readers.abort_handle();
        if tokio::time::timeout(LAST_WORDS, readers).await.is_err() {
            abort.abort();
        }
        Ok(ending)
    }
}

type Spawn = (Command, oneshot::Sender<io::Result<Child>>);

/// The thread that starts all processes. They ask to be killed when their parent dies, and by parent the system means the
/// thread: one of the runtime's may end long before the job does.
#[derive(Debug)]
struct Spawner(std_mpsc::Sender<Spawn>);

impl Spawner {
    fn start() -> io::Result<Self> {
        let (sender, orders) = std_mpsc::channel::<Spawn>();
        let runtime = Handle::current();
        std::thread::Builder::new().name("job spawner".to_owned()).spawn(move || {
            let _inside = runtime.enter();
            for (mut command, answer) in orders {
                // An attempt that no longer waits has its process killed as it is dropped.
                drop(answer.send(command.spawn()));
            }
        })?;
        Ok(Self(sender))
    }

    async fn spawn(&self, command: Command) -> io::Result<Child> {
        let (answer, child) = oneshot::channel();
        let gone = || io::Error::other("the spawner has ended");
        self.0.send((command, answer)).map_err(|_| gone())?;
        child.await.map_err(|_| gone())?
    }
}

fn ending(status: ExitStatus) -> Ending {
    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Exited(code),
        (None, signal) => Ending::Signalled(signal.unwrap_or_default()),
    }
}

/// A process group; dropped, it is killed.
struct Group(Pid);

impl Group {
    fn signal(&self, signal: Signal) {
        // There is nobody left to tell when this fails.
        if let Err(error) = kill_process_group(self.0, signal) {
            tracing::trace!(%error, "the process group has ended");
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}
