//! The contract, read from its own descriptor: what holds for every method, message and field of `proto/`.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet,
    MethodDescriptorProto,
};
use tandem::desk::rights::RIGHTS;
use tandem::refusal::Reason;

/// As the build wrote it, with comments.
const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/tandem.bin"));
const PACKAGE: &str = ".tandem.v1.";

/// Lists that end by themselves: one is the board's, the other has a resume token for a page token.
const LISTS_WITHOUT_PAGES: &[&str] = &["ListAvailable", "ListEvents"];
/// Positions are idempotent by their time.
const CHANGES_WITHOUT_REQUEST_ID: &[&str] = &["ReportPosition", "ReportPositions"];
/// A jurisdiction that is being created has no journal yet, and so no revision.
const CHANGES_WITHOUT_REVISION: &[&str] = &["CreateJurisdiction", "ReportPosition", "ReportPositions"];
/// Messages with words about a person or an address.
const WORDS: &[&str] = &[
    "Address",
    "CallTexts",
    "ClinicalContext",
    "OffShiftWords",
    "Remark",
];

fn files() -> Vec<FileDescriptorProto> {
    let set = FileDescriptorSet::decode(DESCRIPTORS).unwrap();
    let ours = set.file.into_iter().filter(|file| file.package() == "tandem.v1");
    ours.collect()
}

fn messages() -> BTreeMap<String, DescriptorProto> {
    let all = files().into_iter().flat_map(|file| file.message_type);
    all.map(|message| (message.name().to_owned(), message)).collect()
}

fn enums() -> Vec<EnumDescriptorProto> {
    files().into_iter().flat_map(|file| file.enum_type).collect()
}

/// Every method as `Service/Method`.
fn methods() -> Vec<(String, MethodDescriptorProto)> {
    let services = files().into_iter().flat_map(|file| file.service);
    services
        .flat_map(|service| {
            let name = service.name().to_owned();
            let methods = service.method.into_iter();
            methods.map(move |method| (format!("{name}/{}", method.name()), method))
        })
        .collect()
}

fn is_read(method: &str) -> bool {
    let verbs = ["Get", "List", "Watch", "Explain", "Export", "Propose", "Suggest"];
    verbs.iter().any(|verb| method.starts_with(verb))
}

fn field<'a>(message: &'a DescriptorProto, name: &str) -> Option<&'a FieldDescriptorProto> {
    message.field.iter().find(|field| field.name() == name)
}

fn of_package(type_name: &str) -> Option<&str> {
    type_name.strip_prefix(PACKAGE)
}

/// Comments by their path in the descriptor.
fn comments(file: &FileDescriptorProto) -> BTreeMap<Vec<i32>, String> {
    let places = file.source_code_info.iter().flat_map(|info| &info.location);
    places
        .filter(|place| !place.leading_comments().trim().is_empty())
        .map(|place| (place.path.clone(), place.leading_comments().to_owned()))
        .collect()
}

fn number(place: usize) -> i32 {
    i32::try_from(place).unwrap()
}

/// The comment of every method, by `Service/Method`.
fn method_comments() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for file in files() {
        let comments = comments(&file);
        for (s, service) in file.service.iter().enumerate() {
            for (m, method) in service.method.iter().enumerate() {
                let comment = comments.get(&vec![6, number(s), 2, number(m)]).cloned();
                let name = format!("{}/{}", service.name(), method.name());
                found.insert(name, comment.unwrap_or_default());
            }
        }
    }
    found
}

/// Every message, field, oneof and nested message of one message, with its path.
fn parts_of(path: &[i32], name: &str, message: &DescriptorProto, parts: &mut Vec<(Vec<i32>, String)>) {
    let at = |tag: i32, place: usize| [path, &[tag, number(place)]].concat();
    parts.push((path.to_vec(), name.to_owned()));
    for (place, field) in message.field.iter().enumerate() {
        parts.push((at(2, place), format!("{name}.{}", field.name())));
    }
    for (place, oneof) in message.oneof_decl.iter().enumerate() {
        // `optional` is a oneof too, made by the compiler.
        let written = message
            .field
            .iter()
            .any(|field| field.oneof_index == Some(number(place)) && !field.proto3_optional());
        if written {
            parts.push((at(8, place), format!("{name}.{}", oneof.name())));
        }
    }
    for (place, nested) in message.nested_type.iter().enumerate() {
        parts_of(&at(3, place), &format!("{name}.{}", nested.name()), nested, parts);
    }
}

#[test]
fn everything_has_a_comment() {
    let mut bare = Vec::new();
    for file in files() {
        let comments = comments(&file);
        let mut parts = Vec::new();
        for (place, message) in file.message_type.iter().enumerate() {
            parts_of(&[4, number(place)], message.name(), message, &mut parts);
        }
        for (place, one) in file.enum_type.iter().enumerate() {
            parts.push((vec![5, number(place)], one.name().to_owned()));
            for (value_place, value) in one.value.iter().enumerate() {
                parts.push((
                    vec![5, number(place), 2, number(value_place)],
                    value.name().to_owned(),
                ));
            }
        }
        for (place, service) in file.service.iter().enumerate() {
            parts.push((vec![6, number(place)], service.name().to_owned()));
            for (method_place, method) in service.method.iter().enumerate() {
                let path = vec![6, number(place), 2, number(method_place)];
                parts.push((path, format!("{}/{}", service.name(), method.name())));
            }
        }
        bare.extend(parts.into_iter().filter(|(path, _)| !comments.contains_key(path)));
    }
    assert_eq!(bare, [], "without a comment");
}

#[test]
fn every_method_has_its_own_request_and_response() {
    for (name, method) in methods() {
        let request = format!("{PACKAGE}{}Request", method.name());
        let response = format!("{PACKAGE}{}Response", method.name());
        assert_eq!(
            (method.input_type(), method.output_type()),
            (&*request, &*response),
            "{name}"
        );
    }
}

#[test]
fn the_rights_name_every_method_once_and_no_other() {
    let mut declared: Vec<String> = methods().into_iter().map(|(name, _)| name).collect();
    let mut listed: Vec<String> = RIGHTS.iter().map(|(name, _)| (*name).to_owned()).collect();
    declared.sort();
    listed.sort();
    assert_eq!(listed, declared);
    for (name, roles) in RIGHTS {
        assert!(!roles.is_empty(), "{name}: nobody may call it");
    }
}

#[test]
fn every_change_can_be_sent_again_and_says_where_it_stands() {
    let messages = messages();
    for (name, method) in methods() {
        if is_read(method.name()) {
            continue;
        }
        let request = &messages[of_package(method.input_type()).unwrap()];
        let response = &messages[of_package(method.output_type()).unwrap()];
        let has_request_id = field(request, "request_id").is_some_and(|field| field.r#type() == Type::String);
        let has_revision = field(response, "revision").is_some_and(|field| field.r#type() == Type::Uint64);
        let exempt = |list: &[&str]| list.contains(&method.name());
        assert_ne!(
            has_request_id,
            exempt(CHANGES_WITHOUT_REQUEST_ID),
            "{name}: request_id"
        );
        assert_ne!(has_revision, exempt(CHANGES_WITHOUT_REVISION), "{name}: revision");
        assert!(field(response, "server_time").is_some(), "{name}: server_time");
    }
}

#[test]
fn whoever_reports_says_how_and_when() {
    for (name, message) in messages()
        .into_iter()
        .filter(|(name, _)| name.ends_with("Request"))
    {
        let channel = field(&message, "channel").is_some();
        let occurred_at = field(&message, "occurred_at").is_some();
        assert_eq!(
            channel, occurred_at,
            "{name}: channel and occurred_at go together"
        );
    }
}

#[test]
fn every_list_comes_in_pages() {
    let messages = messages();
    for (name, method) in methods() {
        let listed = method.name().starts_with("List") && !LISTS_WITHOUT_PAGES.contains(&method.name());
        let request = &messages[of_package(method.input_type()).unwrap()];
        let response = &messages[of_package(method.output_type()).unwrap()];
        let pages = field(request, "page_size").is_some() && field(request, "page_token").is_some();
        assert_eq!(pages, listed, "{name}: page_size and page_token");
        assert_eq!(
            field(response, "next_page_token").is_some(),
            listed,
            "{name}: next_page_token"
        );
    }
}

#[test]
fn every_update_has_a_mask_and_the_version_that_was_read() {
    let messages = messages();
    for (name, method) in methods() {
        let request = &messages[of_package(method.input_type()).unwrap()];
        let update = method.name().starts_with("Update");
        assert_eq!(
            field(request, "update_mask").is_some(),
            update,
            "{name}: update_mask"
        );
        assert!(
            !update || field(request, "expected_version").is_some(),
            "{name}: expected_version"
        );
    }
}

#[test]
fn every_enum_begins_with_unspecified_and_its_values_carry_its_name() {
    for one in enums() {
        let mut prefix = String::new();
        for (place, letter) in one.name().char_indices() {
            if place > 0 && letter.is_uppercase() {
                prefix.push('_');
            }
            prefix.push(letter.to_ascii_uppercase());
        }
        let first = (one.value[0].number(), one.value[0].name().to_owned());
        assert_eq!(first, (0, format!("{prefix}_UNSPECIFIED")));
        for value in &one.value {
            assert!(
                value.name().starts_with(&format!("{prefix}_")),
                "{}",
                value.name()
            );
        }
    }
}

#[test]
fn ids_are_opaque_strings() {
    for (name, message) in messages() {
        for field in &message.field {
            let is_list = field.name().ends_with("_ids");
            if is_list || field.name().ends_with("_id") {
                let repeated = field.label() == Label::Repeated;
                assert_eq!(
                    (field.r#type(), repeated),
                    (Type::String, is_list),
                    "{name}.{}",
                    field.name()
                );
            }
        }
    }
}

/// Every message that can be inside this one.
fn inside(root: &str, messages: &BTreeMap<String, DescriptorProto>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut ahead = vec![root.to_owned()];
    while let Some(name) = ahead.pop() {
        if found.insert(name.clone()) {
            let types = messages[&name]
                .field
                .iter()
                .filter(|field| field.r#type() == Type::Message);
            ahead.extend(
                types
                    .filter_map(|field| of_package(field.type_name()))
                    .map(str::to_owned),
            );
        }
    }
    found
}

#[test]
fn no_words_of_a_call_are_in_what_is_streamed_listed_or_explained() {
    let messages = messages();
    let words: BTreeSet<String> = WORDS.iter().map(|name| (*name).to_owned()).collect();
    for name in &words {
        assert!(messages.contains_key(name), "{name} is in the contract");
    }
    for root in [
        "Update",
        "Snapshot",
        "Board",
        "Call",
        "Assignment",
        "Alert",
        "Report",
    ] {
        let told: Vec<String> = inside(root, &messages).intersection(&words).cloned().collect();
        assert_eq!(told, Vec::<String>::new(), "in {root}");
    }
}

#[test]
fn narrative_stands_in_the_clinical_context_alone() {
    for (name, message) in messages() {
        let told = field(&message, "narrative").is_some();
        assert_eq!(told, name == "ClinicalContext", "{name}");
    }
}

#[test]
fn the_contract_and_the_server_have_the_same_reasons() {
    let declared = enums()
        .into_iter()
        .find(|one| one.name() == "ErrorReason")
        .unwrap();
    let declared: BTreeSet<String> = declared
        .value
        .iter()
        .skip(1)
        .map(|value| value.name().to_owned())
        .collect();
    let known = Reason::ALL
        .iter()
        .map(|reason| format!("ERROR_REASON_{}", reason.as_str()));
    assert_eq!(known.collect::<BTreeSet<_>>(), declared);
}

#[test]
fn every_method_says_for_which_reasons_of_the_contract_it_refuses() {
    let known: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
    for (name, comment) in method_comments() {
        let said = comment.split_once("Refuses:");
        let (_, refusals) = said.unwrap_or_else(|| panic!("{name} does not say what it refuses"));
        // In brackets stands in which case.
        let plain = refusals
            .split('(')
            .map(|part| part.rsplit(')').next().unwrap_or(part));
        let words = plain
            .flat_map(|part| part.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_'));
        let named = words.filter(|word| {
            word.len() > 3
                && word
                    .chars()
                    .all(|letter| letter.is_ascii_uppercase() || letter == '_')
        });
        for word in named {
            assert!(
                known.contains(word),
                "{name} refuses with {word}, which is no reason"
            );
        }
    }
}
