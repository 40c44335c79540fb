//! Faults that are put in on purpose, so that the proofs are seen to find them.
//!
//! With `--features faults` a process commits the one that `TANDEM_FAULT` names. Without that feature, as in everything
//! that is shipped, [`put_in`] is a constant `false` and nothing of this is left in the program.

#[cfg(all(feature = "faults", not(debug_assertions)))]
compile_error!("`faults` breaks Tandem's promises on purpose: a release build does not take it");

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// What is broken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Fault { $($(#[$doc])* $name),+ }

        impl Fault {
            #[cfg(feature = "faults")]
            fn named(word: &str) -> Option<Fault> {
                match word {
                    $($word => Some(Fault::$name),)+
                    _ => None,
                }
            }
        }
    };
}

faults! {
    /// The head is read and not held, and what other nodes have written is not applied.
    NoHeadLock = "no-head-lock",
    /// Revisions come from a sequence of PostgreSQL, and the head is not held.
    RevisionFromSequence = "revision-from-sequence",
    /// Callers are answered some time before the commit.
    AnswerBeforeCommit = "answer-before-commit",
    /// Readers see a batch before its commit, which fails now and then.
    PublishBeforeCommit = "publish-before-commit",
    /// An offer is accepted after its deadline.
    NoExpiryCheck = "no-expiry-check",
    /// A request that came before is done again.
    NoDedupe = "no-dedupe",
    /// A checkpoint names the head, whatever has been sent by then.
    CheckpointAhead = "checkpoint-ahead",
}

/// Whether this fault is put in.
#[cfg(not(feature = "faults"))]
pub(crate) const fn put_in(_: Fault) -> bool {
    false
}

/// Whether this fault is put in.
#[cfg(feature = "faults")]
pub(crate) fn put_in(fault: Fault) -> bool {
    use std::sync::OnceLock;
    static CHOSEN: OnceLock<Option<Fault>> = OnceLock::new();
    let chosen = CHOSEN.get_or_init(|| {
        let word = std::env::var("TANDEM_FAULT").ok()?;
        let named = Fault::named(&word).unwrap_or_else(|| panic!("TANDEM_FAULT: no fault is called {word}"));
        tracing::warn!(fault = word, "a fault is put in on purpose");
        Some(named)
    });
    *chosen == Some(fault)
}
