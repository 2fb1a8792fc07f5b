//! One contract for all engines: the same situations on each, and what a learner would see of them.
//!
//! A situation is a function of a [`Stack`], which lies in a temporary folder of its own, has a
//! name of its own, and is removed when it is dropped. Without Docker its part says that it was
//! skipped; with `docker` in `WORKSHOP_TEST_ENGINES` it fails instead. The others always run.

#![cfg(unix)]

mod balancing;
mod data;
mod double;
mod picture;
mod refused;
mod replicas;
mod shared;
mod stack;
mod swarm;

use workshop::engine::EngineKind;

use stack::{Kit, POSTS, SHARED, SWARM, Stack};

/// Makes a test of each situation for the engine of that name.
macro_rules! tests {
    ($engine:ident, $kit:ident: $($module:ident::$name:ident),* $(,)?) => {
        $(#[test] fn $name() { super::play(stringify!($engine), &super::$kit, super::$module::$name); })*
    };
}

/// The whole contract, for each of these engines.
macro_rules! contract {
    ($($engine:ident),*) => {
        const PLAYED: &[&str] = &[$(stringify!($engine)),*];
        $(mod $engine { whole!($engine); })*
    };
}

macro_rules! whole {
    ($engine:ident) => {
        tests! { $engine, POSTS:
            replicas::they_come_and_go_as_they_are_scaled,
            replicas::one_is_restarted_and_one_is_killed_and_the_others_are_left_alone,
            replicas::a_changed_service_is_made_anew_and_no_other,
            replicas::what_is_said_of_a_container_makes_it_anew_and_nothing_else_does,
            replicas::what_they_write_is_kept_from_a_moment_on,
            replicas::one_that_ends_by_itself_is_started_again_where_that_is_asked_for,
            replicas::what_happens_is_told_and_what_is_written_is_heard,
            replicas::what_is_linked_is_brought_along,
            replicas::nothing_is_left_at_the_end,
            balancing::each_in_its_turn,
            balancing::a_name_that_was_resolved_at_the_start_stays_what_it_was,
            balancing::a_variable_is_resolved_again,
            balancing::the_fewest_connections,
            balancing::one_client_stays_with_one_replica,
            balancing::a_replica_that_is_lost_is_passed_over,
            picture::a_list_that_was_read_once_is_seen_to_be_old,
            picture::a_list_that_follows_the_name_is_seen_to_follow,
            picture::one_that_failed_is_seen_to_rest_and_to_come_back,
            data::one_volume_is_one_database,
            data::without_a_volume_each_has_its_own,
            data::variables_reach_the_replicas,
            data::a_new_page_needs_a_build,
            data::a_mounted_configuration_needs_a_reload,
            refused::a_container_name_with_more_than_one_replica,
            refused::one_published_port_for_two_replicas,
            refused::a_port_that_somebody_else_has,
            refused::a_service_on_no_common_network_is_not_found,
            refused::a_configuration_that_nginx_does_not_take,
            refused::a_compose_file_that_compose_does_not_take,
            refused::a_health_check_that_never_passes,
        }
        tests! { $engine, SHARED:
            shared::two_servers_share_a_database_and_a_cache,
            shared::commands_are_run_inside_a_replica,
            shared::what_each_uses_of_the_cpu_is_counted,
            shared::images_of_builds_go_with_down_rmi,
            shared::a_database_and_a_cache_that_are_made_anew_are_found_again,
            shared::a_cache_that_is_gone_is_said_and_found_again,
            shared::a_wrong_password_is_said_by_the_servers_health,
            shared::a_database_that_is_slower_than_its_health_check_allows,
        }
    };
}

contract!(docker, embedded);

mod on_swarm {
    tests! { swarm, SWARM:
        swarm::they_come_and_go_as_they_are_scaled,
        swarm::a_killed_one_is_made_anew_and_the_others_are_left_alone,
        swarm::a_changed_service_is_made_anew_and_no_other,
        swarm::what_they_write_is_kept_from_a_moment_on,
        swarm::requests_are_spread_over_the_nodes,
        swarm::commands_are_run_inside_a_replica,
        swarm::what_stops_a_replica_is_told,
        swarm::a_compose_file_that_a_stack_does_not_take,
        swarm::nothing_is_left_at_the_end,
        swarm::what_is_foreign_is_not_touched,
        swarm::a_node_is_lost_and_comes_back,
    }
}

/// What of it asks nothing of the services themselves.
mod paper {
    tests! { paper, POSTS:
        replicas::they_come_and_go_as_they_are_scaled,
        replicas::one_is_restarted_and_one_is_killed_and_the_others_are_left_alone,
    }
}

fn play(engine: &str, kit: &'static Kit, situation: fn(&mut Stack)) {
    let kind = if engine == double::PAPER.name { double::PAPER } else { EngineKind::named(engine).unwrap() };
    if let Some(mut stack) = Stack::on(kind, kit) {
        situation(&mut stack);
    }
}

#[test]
fn every_engine_that_may_be_asked_for_is_held_to_it_and_the_double_is_none_of_them() {
    let played: Vec<&str> = PLAYED.iter().copied().chain(["swarm"]).collect();
    assert_eq!(played, EngineKind::ALL.map(EngineKind::name));
    for (situation, why) in swarm::LEFT_OUT {
        let line = format!("::{situation},");
        assert!(
            include_str!("mod.rs").contains(&line) && !why.is_empty(),
            "{situation} is none of the contract's"
        );
    }
    assert!(EngineKind::named(double::PAPER.name).is_none());
    crate::harness::Sandbox::new().run(["list", "--engine", double::PAPER.name]).code(2);
}
