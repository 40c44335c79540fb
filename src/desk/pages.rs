//! Pages of the journal that many want at once, as when thousands of phones come back after an outage: each page is read
//! from the store once, whoever waits for it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::feed::Recorded;
use crate::board::Entry;
use crate::store::StoreError;

/// How many entries a page has.
pub(super) const LENGTH: u64 = 256;
/// How many pages are kept.
const KEPT: usize = 16;

/// Which page: of the entries from `number * LENGTH + 1` on, in one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    epoch: u64,
    number: u64,
}

/// A page that is being read, or has been. A failure is that of all who waited for it.
type Page = Arc<OnceCell<Result<Vec<Recorded>, StoreError>>>;

/// Pages that were read lately.
#[derive(Debug, Default)]
pub(super) struct Pages(Mutex<VecDeque<(Place, Page)>>);

impl Pages {
    /// What follows the cursor, as far as its page reaches. `read` gives entries after a revision, at most a page of them.
    ///
    /// A page that was not full when it was read may have grown since: nothing, or what does not follow the cursor, only
    /// says that it is not known here.
    pub(super) async fn after(
        &self,
        epoch: u64,
        cursor: u64,
        read: impl AsyncFnOnce(u64) -> Result<Vec<(Entry, String)>, StoreError>,
    ) -> Result<Vec<Recorded>, StoreError> {
        let place = Place {
            epoch,
            number: cursor / LENGTH,
        };
        let page = self.page(place);
        let found = page
            .get_or_init(async || {
                let entries = read(place.number * LENGTH).await?;
                Ok(entries.into_iter().map(Recorded::from).collect())
            })
            .await;
        let full = found.as_ref().is_ok_and(|page| page.len() as u64 >= LENGTH);
        if !full {
            self.forget(&page);
        }
        let following = found.as_ref().map_err(Clone::clone)?.iter();
        Ok(following
            .filter(|one| one.entry.revision > cursor)
            .cloned()
            .collect())
    }

    fn page(&self, place: Place) -> Page {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, page)) = kept.iter().find(|(known, _)| *known == place) {
            return Arc::clone(page);
        }
        let page = Page::default();
        kept.push_back((place, Arc::clone(&page)));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        page
    }

    fn forget(&self, page: &Page) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, known)| !Arc::ptr_eq(known, page));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::board::{Cause, Role};
    use crate::id::{Ids, OperationId};
    use crate::moment::Moment;

    fn entries(from: u64, to: u64) -> Vec<(Entry, String)> {
        let at = Moment::from_seconds(0);
        let mut ids = Ids::new([1; 16]);
        (from..=to)
            .map(|revision| {
                let entry = Entry {
                    revision,
                    at,
                    operation_id: OperationId::next(&mut ids, at),
                    request_id: String::new(),
                    cause: Cause {
                        subject: String::new(),
                        role: Role::System,
                        method: String::new(),
                    },
                    events: Vec::new(),
                };
                (entry, String::new())
            })
            .collect()
    }

    fn revisions(found: &[Recorded]) -> Vec<u64> {
        found.iter().map(|one| one.entry.revision).collect()
    }

    #[tokio::test]
    async fn a_page_is_read_once_for_all_who_want_it_at_once_or_after() {
        let (pages, reads) = (Pages::default(), AtomicUsize::new(0));
        let want = async |cursor| {
            let read = async |after| {
                reads.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Ok(entries(after + 1, after + LENGTH))
            };
            revisions(&pages.after(1, cursor, read).await.expect("read"))
        };
        let all = futures_util::future::join_all((0..100).map(|n| want(LENGTH + n))).await;
        for (found, first) in all.iter().zip(LENGTH + 1..) {
            let expected: Vec<u64> = (first..=2 * LENGTH).collect();
            assert_eq!(*found, expected);
        }
        want(LENGTH).await;
        assert_eq!(reads.load(Ordering::SeqCst), 1);
        want(0).await;
        assert_eq!(reads.load(Ordering::SeqCst), 2, "another page is another read");
    }

    #[tokio::test]
    async fn what_was_not_full_is_read_anew() {
        let pages = Pages::default();
        let some = pages
            .after(1, 3, async |_| Ok(entries(1, 5)))
            .await
            .expect("read");
        assert_eq!(revisions(&some), [4, 5]);
        let more = pages
            .after(1, 5, async |_| Ok(entries(1, 7)))
            .await
            .expect("read");
        assert_eq!(revisions(&more), [6, 7]);
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let pages = Pages::default();
        let away = || StoreError::Unavailable("away".to_owned());
        let failed = pages.after(1, 0, async |_| Err(away())).await;
        assert_eq!(failed.err(), Some(away()));
        let found = pages.after(1, 0, async |_| Ok(entries(1, LENGTH))).await;
        assert_eq!(found.expect("read").len() as u64, LENGTH);
    }

    #[tokio::test]
    async fn another_epoch_has_pages_of_its_own() {
        let pages = Pages::default();
        for epoch in [1, 2] {
            let read = async |_| Ok(entries(1, LENGTH + epoch - 1));
            let found = pages.after(epoch, 0, read).await.expect("read");
            assert_eq!(found.len() as u64, LENGTH + epoch - 1);
        }
    }
}
