//! What each may see, and that every word has its value in the contract.

mod naming;
mod seeing;
mod town;
