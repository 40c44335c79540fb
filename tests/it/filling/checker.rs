//! What a benchmark roster is worth, by the benchmark's own description; it knows nothing of how the roster was made.

use super::instance::{Instance, Member};

/// Who works which shift: by member and day.
pub(crate) type Roster = Vec<Vec<Option<usize>>>;

/// The cost of a roster.
pub(crate) fn cost(instance: &Instance, roster: &Roster) -> u64 {
    let requests = instance.requests.iter().filter(|request| {
        let works = roster[request.member][request.day] == Some(request.shift);
        works != request.on
    });
    let covers = instance.covers.iter().map(|cover| {
        let here = |days: &&Vec<Option<usize>>| days[cover.day] == Some(cover.shift);
        let present = u32::try_from(roster.iter().filter(here).count()).unwrap();
        let (few, many) = (
            cover.wanted.saturating_sub(present),
            present.saturating_sub(cover.wanted),
        );
        u64::from(few) * u64::from(cover.under) + u64::from(many) * u64::from(cover.over)
    });
    requests.map(|request| u64::from(request.weight)).sum::<u64>() + covers.sum::<u64>()
}

/// Every hard rule that a roster breaks, in words.
pub(crate) fn faults(instance: &Instance, roster: &Roster) -> Vec<String> {
    let mut faults = Vec::new();
    for (member, days) in instance.staff.iter().zip(roster) {
        let mut say = |what: &str| faults.push(format!("{}: {what}", member.name));
        days_off(member, days, &mut say);
        totals(instance, member, days, &mut say);
        successions(instance, days, &mut say);
        stretches(member, days, &mut say);
    }
    faults
}

fn days_off(member: &Member, days: &[Option<usize>], say: &mut dyn FnMut(&str)) {
    if member.days_off.iter().any(|day| days[*day].is_some()) {
        say("works on a day off");
    }
}

fn totals(instance: &Instance, member: &Member, days: &[Option<usize>], say: &mut dyn FnMut(&str)) {
    let worked = days.iter().flatten();
    let minutes: u32 = worked.map(|shift| instance.shifts[*shift].minutes).sum();
    if minutes > member.most_minutes {
        say("works too many minutes");
    }
    if minutes < member.least_minutes {
        say("works too few minutes");
    }
    for (name, most) in &member.most_of {
        let shift = Some(instance.shift(name));
        if days.iter().filter(|day| **day == shift).count() > *most as usize {
            say("works too many of a kind");
        }
    }
    let weekends = days
        .chunks(7)
        .filter(|week| week.iter().skip(5).any(Option::is_some));
    if weekends.count() > member.most_weekends as usize {
        say("works too many weekends");
    }
}

fn successions(instance: &Instance, days: &[Option<usize>], say: &mut dyn FnMut(&str)) {
    for pair in days.windows(2) {
        if let [Some(earlier), Some(later)] = pair
            && instance.shifts[*earlier]
                .barred
                .contains(&instance.shifts[*later].name)
        {
            say("works what must not follow");
        }
    }
}

/// Days worked and days off as a string of `w` and `o`, in which the rules are patterns. What lies beyond the ends is
/// taken to be whatever suits.
fn stretches(member: &Member, days: &[Option<usize>], say: &mut dyn FnMut(&str)) {
    let letters: String = days
        .iter()
        .map(|day| if day.is_some() { 'w' } else { 'o' })
        .collect();
    if letters.contains(&"w".repeat(member.longest_run as usize + 1)) {
        say("works too many days in a row");
    }
    for short in 1..member.shortest_run as usize {
        if letters.contains(&format!("o{}o", "w".repeat(short))) {
            say("works too few days in a row");
        }
    }
    for short in 1..member.shortest_off as usize {
        if letters.contains(&format!("w{}w", "o".repeat(short))) {
            say("has too few days off in a row");
        }
    }
}
