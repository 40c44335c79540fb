//! Patterns of shifts, and what is made of them.

use tandem::grpc::pb;

use super::{Ask, Stage, ask};
use crate::harness::town::Member;
use crate::patterns::{by_rule, creation, post, publication};

impl Stage<'_> {
    /// A pattern of one evening in the year after, which the subject works.
    async fn pattern_of_his(&self) -> pb::Pattern {
        self.pattern_of(self.subject).await
    }

    async fn pattern_of(&self, member: &Member) -> pb::Pattern {
        let day = self.next();
        let date = format!("2027-{:02}-{:02}", 1 + day / 28 % 12, 1 + day % 28);
        let one = by_rule(&date, "FREQ=DAILY;COUNT=1");
        let request = creation(self.town, one, post("18:00", "22:00", &[&[member]]));
        let created = self.town.admin.pattern().create_pattern(request).await.unwrap();
        created.into_inner().pattern.unwrap()
    }

    fn whole_year(&self, pattern: &pb::Pattern) -> pb::PublishPatternRequest {
        publication(self.town, pattern, "2027-01-01", "2027-12-31")
    }

    /// A shift that he has been given.
    pub(super) async fn given_to(&self, member: &Member) -> pb::Shift {
        let pattern = self.pattern_of(member).await;
        let published = self
            .town
            .admin
            .pattern()
            .publish_pattern(self.whole_year(&pattern))
            .await;
        published.unwrap().into_inner().changes.remove(0).shift.unwrap()
    }

    pub(super) async fn pattern(&self, method: &str) -> Option<Ask> {
        let request_id = self.request_id();
        Some(match method {
            "CreatePattern" => ask!(
                pattern.create_pattern,
                creation(
                    self.town,
                    by_rule("2027-01-01", "FREQ=WEEKLY"),
                    post("18:00", "22:00", &[])
                ),
                |answer| answer.pattern.is_some()
            ),
            "UpdatePattern" => {
                let pattern = self.pattern_of_his().await;
                ask!(
                    pattern.update_pattern,
                    pb::UpdatePatternRequest {
                        request_id,
                        pattern_id: pattern.pattern_id,
                        expected_version: pattern.version,
                        scope: pb::PatternScope::All.into(),
                        update_mask: Some(prost_types::FieldMask {
                            paths: vec!["name".to_owned()],
                        }),
                        name: format!("once {}", pattern.name),
                        ..Default::default()
                    },
                    |answer| answer.pattern.unwrap().name.starts_with("once ")
                )
            }
            "GetPattern" => ask!(
                pattern.get_pattern,
                pb::GetPatternRequest {
                    pattern_id: self.pattern_of_his().await.pattern_id,
                },
                |answer| answer.pattern.is_some()
            ),
            "ListPatterns" => {
                self.pattern_of_his().await;
                ask!(
                    pattern.list_patterns,
                    pb::ListPatternsRequest::default(),
                    |answer| !answer.patterns.is_empty()
                )
            }
            "RetirePattern" => {
                let pattern = self.pattern_of_his().await;
                ask!(
                    pattern.retire_pattern,
                    pb::RetirePatternRequest {
                        request_id,
                        pattern_id: pattern.pattern_id,
                        expected_version: pattern.version,
                    },
                    |answer| answer.pattern.unwrap().retired_at.is_some()
                )
            }
            "PublishPattern" => {
                let pattern = self.pattern_of_his().await;
                ask!(pattern.publish_pattern, self.whole_year(&pattern), |answer| {
                    answer.changes.len() == 1
                })
            }
            _ => return None,
        })
    }
}
