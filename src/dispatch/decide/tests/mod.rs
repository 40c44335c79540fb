//! The rules of dispatch, each as a sentence.

mod amending;
mod deadlines;
mod facts;
mod linking;
mod merging;
mod offers;
mod reassigning;
mod reopening;
mod safety;
mod splitting;
mod world;
