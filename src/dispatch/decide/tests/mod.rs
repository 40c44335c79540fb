//! The rules of dispatch, each as a sentence.

mod deadlines;
mod facts;
mod linking;
mod merging;
mod offers;
mod reopening;
mod safety;
mod world;
