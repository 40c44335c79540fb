//! A stretch of wire between a server and PostgreSQL that can be cut at a COMMIT.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

/// Where the wire is cut, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Cut {
    /// The COMMIT does not arrive.
    BeforeCommit = 1,
    /// It is done, and the answer does not arrive.
    AfterCommit = 2,
}

/// The stretch of wire. It is gone when it is dropped.
pub(crate) struct Wire {
    folder: TempDir,
    ordered: Arc<AtomicU8>,
    forwarding: tokio::task::JoinHandle<()>,
}

impl Wire {
    /// From a socket of its own to the one in this folder.
    pub(crate) fn to(cluster: &Path) -> Wire {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(socket_in(folder.path())).unwrap();
        let (there, ordered) = (socket_in(cluster), Arc::new(AtomicU8::new(0)));
        let order = Arc::clone(&ordered);
        let forwarding = tokio::spawn(async move {
            while let Ok((here, _)) = listener.accept().await {
                tokio::spawn(forward(here, there.clone(), Arc::clone(&order)));
            }
        });
        Wire {
            folder,
            ordered,
            forwarding,
        }
    }

    /// The folder of its own socket.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The next COMMIT on any connection meets this.
    pub(crate) fn cut(&self, cut: Cut) {
        self.ordered.store(cut as u8, Ordering::SeqCst);
    }

    /// Whether the cut that was ordered has been made.
    pub(crate) fn is_cut(&self) -> bool {
        self.ordered.load(Ordering::SeqCst) == 0
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.forwarding.abort();
    }
}

fn socket_in(folder: &Path) -> PathBuf {
    folder.join(".s.PGSQL.5432")
}

/// Forwards both ways until either side hangs up or the cut comes. PostgreSQL answers nothing before it has read a whole
/// message, so a COMMIT comes in one piece.
async fn forward(here: UnixStream, there: PathBuf, ordered: Arc<AtomicU8>) {
    let there = UnixStream::connect(there).await.unwrap();
    let ((mut asked, mut answers), (mut answered, mut onward)) = (here.into_split(), there.into_split());
    let (mut asking, mut answering) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = asked.read(&mut asking) => {
                let said = match read {
                    Ok(read) if read > 0 => &asking[..read],
                    Ok(_) | Err(_) => return,
                };
                let commits = said.windows(6).any(|word| word == b"COMMIT");
                let cut = if commits { ordered.swap(0, Ordering::SeqCst) } else { 0 };
                if cut == Cut::BeforeCommit as u8 {
                    return;
                }
                if onward.write_all(said).await.is_err() {
                    return;
                }
                if cut == Cut::AfterCommit as u8 {
                    // The answer says that it is done; nobody hears it.
                    let _ = answered.read(&mut answering).await;
                    return;
                }
            }
            read = answered.read(&mut answering) => {
                let Ok(read) = read else { return };
                if read == 0 || answers.write_all(&answering[..read]).await.is_err() {
                    return;
                }
            }
        }
    }
}
