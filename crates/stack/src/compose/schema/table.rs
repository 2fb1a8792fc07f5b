//! The keys of a compose file as Compose 2.40 knows them, and what may stand behind each.

use super::kind::{
    ANYTHING, BOOLEAN, FLAG, FRACTION, HOST, INTEGER, Key, Kind, LENGTH, NAME, NOTHING, NUMBER, ONLY_BOOLEAN,
    ONLY_INTEGER, ONLY_NUMBER, PULL, SCALAR, SIZE, STRING, WHOLE, WHOLE_NUMBER, WHOLE_SIZE, bare_keys, keys,
    list, map, open_keys, own, set, words,
};
use crate::compose::Condition;

const STRINGS: Kind = set(&STRING);
const STRING_OR_LIST: Kind = STRING.or_set(&STRING);
const PAIRS_VALUE: Kind = SCALAR.or_nothing();
const PAIRS: Kind = map(&PAIRS_VALUE).or_list(&STRING);
const COMMAND: Kind = STRING.or_nothing().or_list(&STRING);
const HOOK_KEYS: &[Key] = &[
    ("command", COMMAND),
    ("user", STRING),
    ("privileged", BOOLEAN),
    ("working_dir", STRING),
    ("environment", PAIRS),
];
const HOOK: Kind = keys(HOOK_KEYS, &["command"]);
const ENV_FILES_ITEM_KEYS: &[Key] = &[("path", STRING), ("format", STRING), ("required", BOOLEAN)];
const ENV_FILES_ITEM: Kind = STRING.or_bare_keys(ENV_FILES_ITEM_KEYS, &["path"]);
const ENV_FILES: Kind = STRING.or_list(&ENV_FILES_ITEM);
const LABEL_FILES: Kind = STRING.or_list(&STRING);
const EXTRA_HOSTS_VALUE: Kind = STRING.or_list(&STRING);
const EXTRA_HOSTS: Kind = map(&EXTRA_HOSTS_VALUE).or_list(&HOST);
const BLKIO_LIMIT_KEYS: &[Key] = &[("path", STRING), ("rate", INTEGER)];
const BLKIO_LIMIT: Kind = bare_keys(BLKIO_LIMIT_KEYS, &[]);
const BLKIO_WEIGHT_KEYS: &[Key] = &[("path", STRING), ("weight", INTEGER)];
const BLKIO_WEIGHT: Kind = bare_keys(BLKIO_WEIGHT_KEYS, &[]);
const GRANTS_ITEM_KEYS: &[Key] =
    &[("source", STRING), ("target", STRING), ("uid", STRING), ("gid", STRING), ("mode", WHOLE_NUMBER)];
const GRANTS_ITEM: Kind = STRING.or_keys(GRANTS_ITEM_KEYS, &[]);
const GRANTS: Kind = list(&GRANTS_ITEM);
const ULIMITS_VALUE_KEYS: &[Key] = &[("hard", WHOLE), ("soft", WHOLE)];
const ULIMITS_VALUE: Kind = WHOLE.or_keys(ULIMITS_VALUE_KEYS, &["soft", "hard"]);
const ULIMITS: Kind = map(&ULIMITS_VALUE);
const GENERIC_ITEM_DISCRETE_RESOURCE_SPEC_KEYS: &[Key] = &[("kind", STRING), ("value", NUMBER)];
const GENERIC_ITEM_KEYS: &[Key] =
    &[("discrete_resource_spec", keys(GENERIC_ITEM_DISCRETE_RESOURCE_SPEC_KEYS, &[]))];
const GENERIC_ITEM: Kind = keys(GENERIC_ITEM_KEYS, &[]);
const GENERIC: Kind = list(&GENERIC_ITEM);
const DEVICES_ITEM_KEYS: &[Key] = &[
    ("capabilities", STRINGS),
    ("count", INTEGER),
    ("device_ids", STRINGS),
    ("driver", STRING),
    ("options", PAIRS),
];
const DEVICES_ITEM: Kind = keys(DEVICES_ITEM_KEYS, &["capabilities"]);
const DEVICES: Kind = list(&DEVICES_ITEM);
const GPUS_ITEM_KEYS: &[Key] = &[
    ("capabilities", STRINGS),
    ("count", INTEGER),
    ("device_ids", STRINGS),
    ("driver", STRING),
    ("options", PAIRS),
];
const GPUS_ITEM: Kind = open_keys(GPUS_ITEM_KEYS, &[]);
const GPUS: Kind = words(&["all"]).or_list(&GPUS_ITEM);
const HEALTHCHECK_KEYS: &[Key] = &[
    ("disable", FLAG),
    ("interval", LENGTH),
    ("retries", WHOLE_NUMBER),
    ("test", STRING.or_list(&STRING)),
    ("timeout", LENGTH),
    ("start_period", LENGTH),
    ("start_interval", LENGTH),
];
const HEALTHCHECK: Kind = keys(HEALTHCHECK_KEYS, &[]);
const DEVELOP_WATCH_ITEM_KEYS: &[Key] = &[
    ("ignore", STRING_OR_LIST),
    ("include", STRING_OR_LIST),
    ("path", STRING),
    ("action", words(&["rebuild", "sync", "restart", "sync+restart", "sync+exec"])),
    ("target", STRING),
    ("exec", HOOK),
    ("initial_sync", ONLY_BOOLEAN),
];
const DEVELOP_WATCH_ITEM: Kind = keys(DEVELOP_WATCH_ITEM_KEYS, &["path", "action"]);
const DEVELOP_KEYS: &[Key] = &[("watch", list(&DEVELOP_WATCH_ITEM))];
const DEVELOP: Kind = NOTHING.or_keys(DEVELOP_KEYS, &[]);
const DEPLOY_ROLLBACK_CONFIG_KEYS: &[Key] = &[
    ("parallelism", WHOLE),
    ("delay", LENGTH),
    ("failure_action", STRING),
    ("monitor", LENGTH),
    ("max_failure_ratio", FRACTION),
    ("order", words(&["start-first", "stop-first"])),
];
const DEPLOY_UPDATE_CONFIG_KEYS: &[Key] = &[
    ("parallelism", WHOLE),
    ("delay", LENGTH),
    ("failure_action", STRING),
    ("monitor", LENGTH),
    ("max_failure_ratio", FRACTION),
    ("order", words(&["start-first", "stop-first"])),
];
const DEPLOY_RESOURCES_LIMITS_KEYS: &[Key] = &[("cpus", NUMBER), ("memory", STRING), ("pids", INTEGER)];
const DEPLOY_RESOURCES_RESERVATIONS_KEYS: &[Key] =
    &[("cpus", NUMBER), ("memory", STRING), ("generic_resources", GENERIC), ("devices", DEVICES)];
const DEPLOY_RESOURCES_KEYS: &[Key] = &[
    ("limits", keys(DEPLOY_RESOURCES_LIMITS_KEYS, &[])),
    ("reservations", keys(DEPLOY_RESOURCES_RESERVATIONS_KEYS, &[])),
];
const DEPLOY_RESTART_POLICY_KEYS: &[Key] =
    &[("condition", STRING), ("delay", LENGTH), ("max_attempts", WHOLE), ("window", LENGTH)];
const DEPLOY_PLACEMENT_PREFERENCES_ITEM_KEYS: &[Key] = &[("spread", STRING)];
const DEPLOY_PLACEMENT_PREFERENCES_ITEM: Kind = keys(DEPLOY_PLACEMENT_PREFERENCES_ITEM_KEYS, &[]);
const DEPLOY_PLACEMENT_KEYS: &[Key] = &[
    ("constraints", list(&STRING)),
    ("preferences", list(&DEPLOY_PLACEMENT_PREFERENCES_ITEM)),
    ("max_replicas_per_node", WHOLE),
];
const DEPLOY_KEYS: &[Key] = &[
    ("mode", STRING),
    ("endpoint_mode", STRING),
    ("replicas", WHOLE),
    ("labels", PAIRS),
    ("rollback_config", keys(DEPLOY_ROLLBACK_CONFIG_KEYS, &[])),
    ("update_config", keys(DEPLOY_UPDATE_CONFIG_KEYS, &[])),
    ("resources", keys(DEPLOY_RESOURCES_KEYS, &[])),
    ("restart_policy", keys(DEPLOY_RESTART_POLICY_KEYS, &[])),
    ("placement", keys(DEPLOY_PLACEMENT_KEYS, &[])),
];
const DEPLOY: Kind = NOTHING.or_keys(DEPLOY_KEYS, &[]);
const INCLUDE_KEYS: &[Key] =
    &[("path", STRING_OR_LIST), ("env_file", STRING_OR_LIST), ("project_directory", STRING)];
const INCLUDE: Kind = STRING.or_bare_keys(INCLUDE_KEYS, &[]);
const NETWORK_IPAM_CONFIG_ITEM_KEYS: &[Key] =
    &[("subnet", STRING), ("ip_range", STRING), ("gateway", STRING), ("aux_addresses", map(&STRING))];
const NETWORK_IPAM_CONFIG_ITEM: Kind = keys(NETWORK_IPAM_CONFIG_ITEM_KEYS, &[]);
const NETWORK_IPAM_KEYS: &[Key] =
    &[("driver", STRING), ("config", list(&NETWORK_IPAM_CONFIG_ITEM)), ("options", map(&STRING))];
const NETWORK_EXTERNAL_KEYS: &[Key] = &[("name", STRING)];
const NETWORK_KEYS: &[Key] = &[
    ("name", STRING),
    ("driver", STRING),
    ("driver_opts", map(&NUMBER)),
    ("ipam", keys(NETWORK_IPAM_KEYS, &[])),
    ("external", FLAG.or_keys(NETWORK_EXTERNAL_KEYS, &[])),
    ("internal", FLAG),
    ("enable_ipv4", BOOLEAN),
    ("enable_ipv6", BOOLEAN),
    ("attachable", FLAG),
    ("labels", PAIRS),
];
const NETWORK: Kind = NOTHING.or_keys(NETWORK_KEYS, &[]);
const VOLUME_EXTERNAL_KEYS: &[Key] = &[("name", STRING)];
const VOLUME_KEYS: &[Key] = &[
    ("name", STRING),
    ("driver", STRING),
    ("driver_opts", map(&NUMBER)),
    ("external", FLAG.or_keys(VOLUME_EXTERNAL_KEYS, &[])),
    ("labels", PAIRS),
];
const VOLUME: Kind = NOTHING.or_keys(VOLUME_KEYS, &[]);
const SECRET_EXTERNAL_KEYS: &[Key] = &[("name", STRING)];
const SECRET_KEYS: &[Key] = &[
    ("name", STRING),
    ("environment", STRING),
    ("file", STRING),
    ("external", FLAG.or_open_keys(SECRET_EXTERNAL_KEYS, &[])),
    ("labels", PAIRS),
    ("driver", STRING),
    ("driver_opts", map(&NUMBER)),
    ("template_driver", STRING),
];
const SECRET: Kind = keys(SECRET_KEYS, &[]);
const CONFIG_EXTERNAL_KEYS: &[Key] = &[("name", STRING)];
const CONFIG_KEYS: &[Key] = &[
    ("name", STRING),
    ("content", STRING),
    ("environment", STRING),
    ("file", STRING),
    ("external", FLAG.or_open_keys(CONFIG_EXTERNAL_KEYS, &[])),
    ("labels", PAIRS),
    ("template_driver", STRING),
];
const CONFIG: Kind = keys(CONFIG_KEYS, &[]);
const MODEL_KEYS: &[Key] =
    &[("name", STRING), ("model", STRING), ("context_size", ONLY_INTEGER), ("runtime_flags", list(&STRING))];
const MODEL: Kind = keys(MODEL_KEYS, &["model"]);
const BUILD_KEYS: &[Key] = &[
    ("context", STRING),
    ("dockerfile", STRING),
    ("dockerfile_inline", STRING),
    ("entitlements", list(&STRING)),
    ("args", PAIRS),
    ("ssh", PAIRS),
    ("labels", PAIRS),
    ("cache_from", list(&STRING)),
    ("cache_to", list(&STRING)),
    ("no_cache", BOOLEAN),
    ("additional_contexts", PAIRS),
    ("network", STRING),
    ("provenance", BOOLEAN),
    ("sbom", BOOLEAN),
    ("pull", BOOLEAN),
    ("target", STRING),
    ("shm_size", INTEGER),
    ("extra_hosts", EXTRA_HOSTS),
    ("isolation", STRING),
    ("privileged", BOOLEAN),
    ("secrets", GRANTS),
    ("tags", list(&STRING)),
    ("ulimits", ULIMITS),
    ("platforms", list(&STRING)),
];
const BLKIO_CONFIG_KEYS: &[Key] = &[
    ("device_read_bps", list(&BLKIO_LIMIT)),
    ("device_read_iops", list(&BLKIO_LIMIT)),
    ("device_write_bps", list(&BLKIO_LIMIT)),
    ("device_write_iops", list(&BLKIO_LIMIT)),
    ("weight", INTEGER),
    ("weight_device", list(&BLKIO_WEIGHT)),
];
const CREDENTIAL_SPEC_KEYS: &[Key] = &[("config", STRING), ("file", STRING), ("registry", STRING)];
const DEPENDS_ON_VALUE_KEYS: &[Key] =
    &[("restart", BOOLEAN), ("required", ONLY_BOOLEAN), ("condition", words(&Condition::WORDS))];
const DEPENDS_ON_VALUE: Kind = keys(DEPENDS_ON_VALUE_KEYS, &["condition"]);
const SERVICE_DEVICE_KEYS: &[Key] = &[("source", STRING), ("target", STRING), ("permissions", STRING)];
const SERVICE_DEVICE: Kind = STRING.or_keys(SERVICE_DEVICE_KEYS, &["source"]);
const EXTENDS_KEYS: &[Key] = &[("service", STRING), ("file", STRING)];
const PROVIDER_OPTIONS_VALUE: Kind = SCALAR.or_list(&SCALAR);
const PROVIDER_KEYS: &[Key] = &[("type", STRING), ("options", map(&PROVIDER_OPTIONS_VALUE))];
const LOGGING_OPTIONS_VALUE: Kind = NUMBER.or_nothing();
const LOGGING_KEYS: &[Key] = &[("driver", STRING), ("options", map(&LOGGING_OPTIONS_VALUE))];
const MODELS_VALUE_KEYS: &[Key] = &[("endpoint_var", STRING), ("model_var", STRING)];
const MODELS_VALUE: Kind = NOTHING.or_keys(MODELS_VALUE_KEYS, &[]);
const NETWORKS_VALUE_KEYS: &[Key] = &[
    ("aliases", STRINGS),
    ("interface_name", STRING),
    ("ipv4_address", STRING),
    ("ipv6_address", STRING),
    ("link_local_ips", STRINGS),
    ("mac_address", STRING),
    ("driver_opts", map(&NUMBER)),
    ("priority", ONLY_NUMBER),
    ("gw_priority", ONLY_NUMBER),
];
const NETWORKS_VALUE: Kind = NOTHING.or_keys(NETWORKS_VALUE_KEYS, &[]);
const PORTS_ITEM_KEYS: &[Key] = &[
    ("name", STRING),
    ("mode", STRING),
    ("host_ip", STRING),
    ("target", WHOLE),
    ("published", INTEGER),
    ("protocol", STRING),
    ("app_protocol", STRING),
];
const PORTS_ITEM: Kind = NUMBER.or_keys(PORTS_ITEM_KEYS, &[]);
const VOLUMES_ITEM_BIND_KEYS: &[Key] = &[
    ("propagation", STRING),
    ("create_host_path", BOOLEAN),
    ("recursive", words(&["enabled", "disabled", "writable", "readonly"])),
    ("selinux", words(&["z", "Z"])),
];
const VOLUMES_ITEM_VOLUME_KEYS: &[Key] = &[("labels", PAIRS), ("nocopy", FLAG), ("subpath", STRING)];
const VOLUMES_ITEM_TMPFS_KEYS: &[Key] = &[("size", INTEGER), ("mode", NUMBER)];
const VOLUMES_ITEM_IMAGE_KEYS: &[Key] = &[("subpath", STRING)];
const VOLUMES_ITEM_KEYS: &[Key] = &[
    ("type", words(&["bind", "volume", "tmpfs", "cluster", "npipe", "image"])),
    ("source", STRING),
    ("target", STRING),
    ("read_only", FLAG),
    ("consistency", STRING),
    ("bind", keys(VOLUMES_ITEM_BIND_KEYS, &[])),
    ("volume", keys(VOLUMES_ITEM_VOLUME_KEYS, &[])),
    ("tmpfs", keys(VOLUMES_ITEM_TMPFS_KEYS, &[])),
    ("image", keys(VOLUMES_ITEM_IMAGE_KEYS, &[])),
];
const VOLUMES_ITEM: Kind = STRING.or_keys(VOLUMES_ITEM_KEYS, &["type"]);
const SERVICE_KEYS: &[Key] = &[
    ("develop", DEVELOP),
    ("deploy", DEPLOY),
    ("annotations", PAIRS),
    ("attach", BOOLEAN),
    ("build", STRING.or_keys(BUILD_KEYS, &[])),
    ("blkio_config", bare_keys(BLKIO_CONFIG_KEYS, &[])),
    ("cap_add", set(&STRING)),
    ("cap_drop", set(&STRING)),
    ("cgroup", words(&["host", "private"])),
    ("cgroup_parent", STRING),
    ("command", COMMAND),
    ("configs", GRANTS),
    ("container_name", NAME),
    ("cpu_count", WHOLE),
    ("cpu_percent", FRACTION),
    ("cpu_shares", WHOLE_NUMBER),
    ("cpu_quota", WHOLE_NUMBER),
    ("cpu_period", WHOLE_NUMBER),
    ("cpu_rt_period", WHOLE_NUMBER),
    ("cpu_rt_runtime", WHOLE_NUMBER),
    ("cpus", FRACTION),
    ("cpuset", STRING),
    ("credential_spec", keys(CREDENTIAL_SPEC_KEYS, &[])),
    ("depends_on", set(&STRING).or_map(&DEPENDS_ON_VALUE)),
    ("device_cgroup_rules", STRINGS),
    ("devices", list(&SERVICE_DEVICE)),
    ("dns", STRING_OR_LIST),
    ("dns_opt", set(&STRING)),
    ("dns_search", STRING_OR_LIST),
    ("domainname", STRING),
    ("entrypoint", COMMAND),
    ("env_file", ENV_FILES),
    ("label_file", LABEL_FILES),
    ("environment", PAIRS),
    ("expose", set(&NUMBER)),
    ("extends", STRING.or_bare_keys(EXTENDS_KEYS, &["service"])),
    ("provider", keys(PROVIDER_KEYS, &["type"])),
    ("external_links", set(&STRING)),
    ("extra_hosts", EXTRA_HOSTS),
    ("gpus", GPUS),
    ("group_add", set(&NUMBER)),
    ("healthcheck", HEALTHCHECK),
    ("hostname", STRING),
    ("image", STRING),
    ("init", FLAG),
    ("ipc", STRING),
    ("isolation", STRING),
    ("labels", PAIRS),
    ("links", set(&STRING)),
    ("logging", keys(LOGGING_KEYS, &[])),
    ("mac_address", STRING),
    ("mem_limit", SIZE),
    ("mem_reservation", WHOLE_SIZE),
    ("mem_swappiness", INTEGER),
    ("memswap_limit", SIZE),
    ("network_mode", STRING),
    ("models", set(&STRING).or_map(&MODELS_VALUE)),
    ("networks", set(&STRING).or_map(&NETWORKS_VALUE)),
    ("oom_kill_disable", FLAG),
    ("oom_score_adj", WHOLE),
    ("pid", STRING.or_nothing()),
    ("pids_limit", WHOLE_NUMBER),
    ("platform", STRING),
    ("ports", list(&PORTS_ITEM)),
    ("post_start", list(&HOOK)),
    ("pre_stop", list(&HOOK)),
    ("privileged", FLAG),
    ("profiles", STRINGS),
    ("pull_policy", PULL),
    ("pull_refresh_after", STRING),
    ("read_only", FLAG),
    ("restart", STRING),
    ("runtime", STRING),
    ("scale", WHOLE),
    ("security_opt", set(&STRING)),
    ("shm_size", SIZE),
    ("secrets", GRANTS),
    ("sysctls", PAIRS),
    ("stdin_open", FLAG),
    ("stop_grace_period", LENGTH),
    ("stop_signal", STRING),
    ("storage_opt", ANYTHING),
    ("tmpfs", STRING_OR_LIST),
    ("tty", FLAG),
    ("ulimits", ULIMITS),
    ("use_api_socket", ONLY_BOOLEAN),
    ("user", STRING),
    ("uts", STRING),
    ("userns_mode", STRING),
    ("volumes", set(&VOLUMES_ITEM)),
    ("volumes_from", set(&STRING)),
    ("working_dir", STRING),
];
const SERVICE: Kind = keys(SERVICE_KEYS, &[]);
const FILE_KEYS: &[Key] = &[
    ("version", STRING),
    ("name", STRING),
    ("include", list(&INCLUDE)),
    ("services", own(&SERVICE)),
    ("models", own(&MODEL)),
    ("networks", own(&NETWORK)),
    ("volumes", own(&VOLUME)),
    ("secrets", own(&SECRET)),
    ("configs", own(&CONFIG)),
];
pub(super) const FILE: Kind = keys(FILE_KEYS, &[]);
