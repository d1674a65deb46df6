//! `iam.v1.IamService`.

use okeanos_auth::{Principal, node::on_behalf_of};
use okeanos_proto::iam::v1::{
    AuthenticateRequest, GetJwksRequest, GetS3KeyRequest, IssueDelegationRequest, authenticate_request::Credential,
};
use reqwest::StatusCode;
use tonic::Code;

use crate::world::{World, json_of};

#[tokio::test]
async fn only_services_may_ask() {
    let world = World::new().await;
    let bearer = || AuthenticateRequest { credential: Some(Credential::Bearer(world.admin.clone())) };
    let delegation = || IssueDelegationRequest { user: "admin".into(), lifetime_s: 600 };
    for who in [Principal::administrator("admin"), Principal::anonymous()] {
        let mut rpc = world.rpc();
        let codes = [
            rpc.authenticate(on_behalf_of(&who, bearer())).await.unwrap_err().code(),
            rpc.get_s3_key(on_behalf_of(&who, GetS3KeyRequest::default())).await.unwrap_err().code(),
            rpc.issue_delegation(on_behalf_of(&who, delegation())).await.unwrap_err().code(),
        ];
        assert_eq!(codes, [Code::PermissionDenied; 3]);
    }
    let answer = world.rpc().authenticate(bearer()).await.unwrap().into_inner();
    assert_eq!(answer.principal.unwrap().name, "admin");
    let none = world.rpc().authenticate(AuthenticateRequest { credential: None }).await.unwrap_err();
    assert_eq!(none.code(), Code::Unauthenticated);
    let keys = world.rpc().get_jwks(GetJwksRequest {}).await.unwrap().into_inner();
    assert!(keys.jwks_json.contains("\"kid\""));
}

#[tokio::test]
async fn a_delegation_acts_for_its_owner_and_administers_nothing() {
    let world = World::new().await;
    let ask = |user: &str, lifetime_s| IssueDelegationRequest { user: user.to_owned(), lifetime_s };
    let given = world.rpc().issue_delegation(ask("admin", 43_200)).await.unwrap().into_inner();
    assert_eq!(given.expires_at, 1_767_225_600 + 43_200);
    let key = GetS3KeyRequest { access_key_id: given.access_key_id };
    let key = world.rpc().get_s3_key(key).await.unwrap().into_inner();
    assert_eq!((key.secret_access_key, key.session_token), (given.secret_access_key, given.session_token));
    assert_eq!(key.principal.unwrap().scopes, ["read", "write", "execute"]);
    let me = json_of(world.get("/iam/me", &given.access_token).await, StatusCode::OK).await;
    assert_eq!(me["name"], "admin");
    assert_eq!(world.get("/iam/users", &given.access_token).await.status(), StatusCode::FORBIDDEN);
    for (user, lifetime_s, code) in [
        ("nobody-here", 600, Code::NotFound),
        ("admin", 43_201, Code::InvalidArgument),
        ("admin", 0, Code::InvalidArgument),
    ] {
        assert_eq!(world.rpc().issue_delegation(ask(user, lifetime_s)).await.unwrap_err().code(), code);
    }
}
