//! What the front is started with: [`Spec`], written by the supervisor as a JSON file.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where a front finds its files, its addresses and its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The container's file system: `/etc/nginx` is `IMAGE/etc/nginx`.
    pub image: PathBuf,
    /// What lies over it; the longest target wins.
    #[serde(default)]
    pub mounts: Vec<Mount>,
    /// Where the container's ports really are. A port may have several addresses.
    pub listen: Vec<Listen>,
    /// The container's own address.
    pub host: IpAddr,
    /// `$hostname`.
    pub hostname: String,
    /// Who knows the addresses of the stack's services.
    pub names: NamesSpec,
    /// The process ends when its standard input does, so that it never outlives its supervisor.
    #[serde(default)]
    pub follow_stdin: bool,
    /// The file that says what it holds of its upstreams ([`Held`](crate::Held)).
    #[serde(default)]
    pub held: Option<PathBuf>,
}

/// A file or a folder of this machine at a path of the container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mount {
    /// An absolute path of the container.
    pub target: String,
    /// A path of this machine.
    pub source: PathBuf,
}

/// A port of the container and where it really is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// The container's port, as `listen` names it.
    pub port: u16,
    /// Where on this machine the front listens for it.
    pub address: SocketAddr,
    /// Who a client from 127.0.0.1 is seen as: it came to a published port, as by a gateway.
    #[serde(default)]
    pub gateway: Option<IpAddr>,
}

/// Who knows the stack's names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NamesSpec {
    /// The supervisor is asked for each name.
    Http(HttpNames),
    /// A file is read for each name.
    Table(TableNames),
}

/// The supervisor's own DNS: `GET URL&host=NAME&port=PORT`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpNames {
    /// With its query begun: `http://127.0.0.1:1/names?replica=a`.
    pub url: String,
    /// Sent as `Authorization: Bearer TOKEN`.
    pub token: String,
}

/// A JSON file of names, read anew at each lookup: `{"backend": ["127.0.0.1:9001"]}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableNames {
    /// The file. An address in it without a port takes the port that is asked for.
    pub table: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_forms_of_names_and_no_other_field() {
        let spec = |names: &str| {
            serde_json::from_str::<Spec>(&format!(
                r#"{{"image":"/i","listen":[{{"port":80,"address":"127.0.0.1:8080"}}],"host":"127.77.0.2","hostname":"h","names":{names}}}"#
            ))
        };
        let http = spec(r#"{"url":"http://127.0.0.1:1/names?replica=a","token":"t"}"#).expect("read");
        assert!(matches!(http.names, NamesSpec::Http(_)) && !http.follow_stdin);
        assert!(matches!(spec(r#"{"table":"/t"}"#).expect("read").names, NamesSpec::Table(_)));
        assert!(spec(r#"{"tables":"/t"}"#).is_err());
        let again = serde_json::to_string(&http).expect("written");
        assert_eq!(serde_json::from_str::<Spec>(&again).expect("read"), http);
    }
}
