//! Reads tokens from the store, many at a time.
//!
//! After a network comes back, thousands of streams show tokens that this node has not read yet. One reader asks the store for
//! all that wait by then, so that they hold one connection and not the whole pool, and a store that is away is waited for
//! and cried out once and not once for each.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::fault::refused;
use super::vital::vital;
use crate::id::TokenId;
use crate::refusal::{Reason, Refusal};
use crate::store::{Store, StoreError, Token};

/// How many tokens one query reads at most.
const AT_ONCE: usize = 500;
/// How many may wait to be asked for; whoever comes then waits before the queue.
const WAITING: usize = 4_096;

/// How long one query may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where to ask for a token. The reader ends with the last of these.
#[derive(Debug)]
pub(super) struct TokenReader(mpsc::Sender<Question>);

#[derive(Debug)]
struct Question {
    id: TokenId,
    answer: oneshot::Sender<Result<Option<Token>, Refusal>>,
}

impl TokenReader {
    /// Begins to read from this store.
    pub(super) fn begin(store: Store) -> TokenReader {
        let (questions, asked) = mpsc::channel(WAITING);
        vital("token reader", read(store, asked));
        TokenReader(questions)
    }

    /// One token, also one that is void.
    pub(super) async fn token(&self, id: TokenId) -> Result<Option<Token>, Refusal> {
        let ended = || Refusal::new(Reason::ShuttingDown, "the server is ending");
        let (answer, answered) = oneshot::channel();
        let question = Question { id, answer };
        self.0.send(question).await.map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

async fn read(store: Store, mut asked: mpsc::Receiver<Question>) {
    let mut questions = Vec::with_capacity(AT_ONCE);
    while asked.recv_many(&mut questions, AT_ONCE).await > 0 {
        match tokens_of(&store, &questions).await {
            // Only whoever shows the damaged one is turned away.
            Err(StoreError::Corrupt(_)) if questions.len() > 1 => {
                one_by_one(&store, std::mem::take(&mut questions)).await;
            }
            tokens => answer(questions.drain(..), tokens),
        }
    }
}

/// Nobody waits for a store that has gone silent as often as there are questions.
async fn one_by_one(store: &Store, questions: Vec<Question>) {
    let mut away = None;
    for question in questions {
        let alone = vec![question];
        let tokens = match &away {
            None => tokens_of(store, &alone).await,
            Some(why) => Err(StoreError::Unavailable(String::clone(why))),
        };
        if let Err(StoreError::Unavailable(why)) = &tokens {
            away = Some(why.clone());
        }
        answer(alone, tokens);
    }
}

type Tokens = Result<BTreeMap<TokenId, Token>, StoreError>;

/// A connection that has gone silent holds nobody for longer than this.
async fn tokens_of(store: &Store, questions: &[Question]) -> Tokens {
    let ids = questions.iter().map(|question| question.id).collect();
    let silent = |_| Err(StoreError::Unavailable("no answer about tokens".to_owned()));
    timeout(PATIENCE, store.tokens_of(&ids))
        .await
        .unwrap_or_else(silent)
}

fn answer(questions: impl IntoIterator<Item = Question>, tokens: Tokens) {
    let tokens = tokens.map_err(refused);
    for Question { id, answer } in questions {
        let token = tokens.as_ref().map(|tokens| tokens.get(&id).cloned());
        // Whoever asked may have hung up.
        let _ = answer.send(token.map_err(Clone::clone));
    }
}
