//! The server of the demonstration: a real one, on loopback, in this process, with its own embedded database.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Fault;
use super::chance::Chance;
use super::run::Cast;
use super::seed::{Hiring, found, hire};
use super::world::JURISDICTION_ID;
use crate::board::Role;
use crate::clock::Clock;
use crate::desk::Desk;
use crate::desk::token::Shown;
use crate::grpc::server::{self, Setup};
use crate::id::{Ids, TokenId};
use crate::store::{Store, Token};

/// Tokens of the demonstration live so long, seconds.
const TOKEN_SECONDS: i64 = 30 * 86_400;

/// A running server.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    pub(super) desk: Desk,
    store: Store,
    folder: Folder,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), Fault>>,
}

/// A folder that is removed with everything in it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is left to whoever cleans the folder of temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Server {
    pub(super) async fn start(
        listen: SocketAddr,
        clock: Clock,
        chance: Chance,
        reflection: bool,
    ) -> Result<Server, Fault> {
        let folder = Folder(new_folder()?);
        let store = Store::connect(&format!("sqlite:{}", file_in(&folder.0))).await?;
        store.migrate().await?;
        let desk = Desk::open(store.clone(), clock, chance.bits(), 72)
            .await
            .map_err(|refusal| refusal.detail.to_string())?;
        let listener = server::bind(listen).await?;
        let address = listener.local_addr()?;
        let setup = Setup {
            tls: None,
            reflection,
            max_connections: 1000,
            shutdown: Duration::from_secs(2),
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(server::serve(desk.clone(), listener, setup, async {
            // A sender that is gone ends the server as well.
            let _ = stopped.await;
        }));
        Ok(Server {
            address,
            desk,
            store,
            folder,
            stop,
            serving,
        })
    }

    /// A token, made in the store as the command line makes one.
    pub(super) async fn token(
        &self,
        role: Role,
        subject: &str,
        whole_installation: bool,
    ) -> Result<String, Fault> {
        let (mut seed, mut secret) = ([0; 16], [0; 32]);
        getrandom::fill(&mut seed)
            .and_then(|()| getrandom::fill(&mut secret))
            .map_err(|why| format!("no random bits: {why}"))?;
        let now = self.desk.clock().now();
        let shown = Shown::new(TokenId::next(&mut Ids::new(seed), now), secret);
        let responder_id = match role {
            Role::Responder => Some(subject.parse()?),
            Role::Dispatcher | Role::Hr | Role::Supervisor | Role::Auditor | Role::Admin | Role::System => {
                None
            }
        };
        let token = Token {
            jurisdiction_id: if whole_installation {
                None
            } else {
                Some(JURISDICTION_ID.parse()?)
            },
            responder_id,
            ..shown.kept(role, subject.to_owned(), now, now.plus_seconds(TOKEN_SECONDS))
        };
        self.store.insert_token(&token).await?;
        Ok(shown.text())
    }

    /// Founds the programme, hires everyone, and gives out the tokens.
    pub(super) async fn cast(&self, hirings: &[Hiring]) -> Result<Cast, Fault> {
        found(self.address, &self.token(Role::Admin, "demo-admin", true).await?).await?;
        let hr = self.token(Role::Hr, "demo-hr", false).await?;
        let ids = hire(self.address, &hr, hirings).await?;
        let mut responders = Vec::new();
        for (hiring, id) in hirings.iter().zip(ids) {
            let token = self.token(Role::Responder, &id, false).await?;
            responders.push((hiring.person.clone(), id, token));
        }
        Ok(Cast {
            address: self.address,
            dispatcher_token: self.token(Role::Dispatcher, "demo-dispatcher", false).await?,
            responders,
        })
    }

    pub(super) async fn end(self) -> Result<(), Fault> {
        // It may have ended by itself already; then its own answer says why.
        let _ = self.stop.send(());
        let served = self.serving.await?;
        self.store.close().await?;
        drop(self.folder);
        served
    }
}

fn new_folder() -> Result<PathBuf, Fault> {
    let mut bits = [0; 8];
    getrandom::fill(&mut bits).map_err(|why| format!("no random bits: {why}"))?;
    let folder = std::env::temp_dir().join(format!("tandem-demo-{}", hex::encode(bits)));
    std::fs::create_dir(&folder)?;
    Ok(folder)
}

fn file_in(folder: &Path) -> String {
    folder.join("tandem.db").display().to_string()
}
