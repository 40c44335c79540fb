//! How somebody is reached, and the words about him.

use tandem::board::Role;
use tandem::grpc::pb;
use tandem::store::Token;
use tonic::Code;

use super::{asked, call_backs, not_tuesdays, of, open, read, says};
use crate::harness::town::{heard_since, in_each_town, reason, st_louis, token_of};

#[test]
fn words_are_for_whoever_reaches_him_and_stand_in_no_event() {
    in_each_town(2, 0, async |town| {
        let [anna, other] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        let of_agency = async |agency: &str| {
            let token = Token {
                agency_id: Some(agency.parse().unwrap()),
                ..town.token(Role::Hr, agency, None, Some(st_louis()))
            };
            town.client_with(token).await
        };
        let (hr, another) = (of_agency("bhr").await, of_agency("slmpd").await);
        let (floor, office, strange) = (
            token_of(&town.dispatcher).await,
            token_of(&hr).await,
            token_of(&another).await,
        );
        let words = pb::OffShiftWords {
            note: "Ring twice, the baby sleeps.\nBack door.".to_owned(),
            phone: "+1 314 555 0147".to_owned(),
        };
        let preferences = pb::OffShift {
            contact_preferences: vec!["phone".to_owned(), "text".to_owned()],
            ..not_tuesdays()
        };
        let paths = ["contact_preferences", "note", "phone"];
        let told = says(town, &anna.client, anna, &paths, preferences, words.clone()).await;
        let told = told.unwrap().off_shift.unwrap();
        assert_eq!(told.unavailable, [], "the mask does not name it");
        assert_eq!((told.has_note, told.has_phone), (true, true));

        for reader in [&anna.client, &town.dispatcher, &hr] {
            assert_eq!(of(reader, anna).await.words, Some(words.clone()));
        }
        for reader in [&other.client, &another] {
            let refused = read(reader, anna).await.unwrap_err();
            assert_eq!(
                (refused.code(), &*reason(&refused)),
                (Code::PermissionDenied, "NOT_YOURS")
            );
        }
        let shift = open(town, 10, 9, 17).await;
        let could = call_backs(town, &shift).await;
        assert_eq!(asked(&could).len(), 2);
        let hers = could.call_backs.iter();
        let hers: Vec<_> = hers.filter(|one| one.has_phone).collect();
        assert_eq!(hers[0].contact_preferences, ["phone", "text"]);
        assert_eq!((hers.len(), hers[0].has_note), (1, true));

        // One number is another; the note stays.
        let number = pb::OffShiftWords {
            note: String::new(),
            phone: "911".to_owned(),
        };
        says(
            town,
            &anna.client,
            anna,
            &["phone"],
            pb::OffShift::default(),
            number,
        )
        .await
        .unwrap();
        let known = of(&town.dispatcher, anna).await.words.unwrap();
        assert_eq!((known.note, &*known.phone), (words.note.clone(), "911"));
        // Taken back, nothing of them is left.
        let nothing = pb::OffShiftWords::default();
        let told = says(
            town,
            &anna.client,
            anna,
            &["note", "phone"],
            pb::OffShift::default(),
            nothing.clone(),
        );
        assert!(!told.await.unwrap().off_shift.unwrap().has_note);
        assert_eq!(of(&town.dispatcher, anna).await.words, Some(nothing));
        let kept = town
            .store
            .notes(&st_louis(), anna.id.parse().unwrap())
            .await
            .unwrap();
        assert!(kept.values().all(String::is_empty), "{kept:?}");

        let changed = |events: &[pb::Event]| {
            let events = events.iter();
            events
                .filter(|event| event.kind() == pb::EventKind::OffShiftChanged)
                .count()
        };
        let told = heard_since(&town.dispatcher, &floor).await;
        assert_eq!(changed(&told), 3);
        assert!(told[0].flags().eq([pb::Flag::NoteChanged]));
        assert_eq!(changed(&heard_since(&hr, &office).await), 3);
        assert_eq!(changed(&heard_since(&another, &strange).await), 0);
        let entries = town.store.entries(&st_louis(), 0, 10_000).await.unwrap();
        let entries: Vec<_> = entries.iter().map(|(entry, _)| entry).collect();
        for seen in [format!("{told:?}"), serde_json::to_string(&entries).unwrap()] {
            assert!(!seen.contains("baby") && !seen.contains("0147"), "{seen}");
        }
    });
}
