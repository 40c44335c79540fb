//! Tasks that the server cannot do without.

use tokio::task::JoinHandle;

/// Runs one. If it breaks, the process ends at once: a jurisdiction without its recorder answers nobody, and nobody would be
/// told. Nothing acknowledged is lost by that (it is as sudden as `kill -9`), and whoever supervises the process starts it anew.
pub(super) fn vital(what: &'static str, task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(async move {
        let ended = tokio::spawn(task).await;
        if let Err(error) = ended
            && error.is_panic()
        {
            tracing::error!(
                what,
                "a part that the server cannot do without has broken: it ends"
            );
            std::process::abort();
        }
    })
}
