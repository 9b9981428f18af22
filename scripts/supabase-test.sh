#!/usr/bin/env bash
# Proves supabase/migrations against a real PostgreSQL behind a PostgREST-compatible server: what each
# function does, that nobody but the service role gets in, that the migration may be run again, that
# logins and claims at once do not harm each other, that indexes are used, and that a failure leaves nothing behind.
#
# Usage: scripts/supabase-test.sh        in a throwaway stand-in, which is gone afterwards
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/supabase-plans.sh

readonly NOW=1893456000
readonly ALICE=00000000-0000-4000-8000-00000000000a BOB=00000000-0000-4000-8000-00000000000b
readonly NOBODY=00000000-0000-4000-8000-0000000000ff
FOLDER=$(mktemp -d /var/tmp/creator-connect-supabase-test.XXXXXX)
chmod 755 "$FOLDER"
passed=0
failed=0

main() {
    local tool
    for tool in jq curl; do
        command -v "$tool" >/dev/null || {
            echo "supabase-test: $tool is missing: install it, then run this again." >&2
            exit 1
        }
    done
    trap finish EXIT
    scripts/supabase.sh start "$FOLDER"
    # shellcheck disable=SC2046  # every value is one word
    export $(scripts/supabase.sh env "$FOLDER")
    key=$SUPABASE_KEY
    each_function_with "the secret key" "$SUPABASE_KEY"
    each_function_with "the service_role JWT" "$SUPABASE_SERVICE_JWT"
    texts
    refusals
    keys
    attacks
    locks
    counts
    at_once
    claims_at_once
    a_dying_connection
    migration_again
    indexes
    faults
}

finish() {
    local status=$?
    scripts/supabase.sh remove "$FOLDER" >/dev/null 2>&1 || true
    ((status == 0 && failed == 0)) || status=1
    printf '%d passed, %d failed\n' "$passed" "$failed"
    exit "$status"
}

# --- What each function does ---------------------------------------------------------------------------

# A call of every function, for the tests that go through all of them.
declare -A SAMPLE=(
    [cc_save_grant]="{\"new_id\":\"$ALICE\",\"client_key\":\"app\",\"open_id\":\"alice\",\"access_token\":\"at\",\"refresh_token\":\"rt\",\"scopes\":\"user.info.basic,video.publish\",\"token_type\":\"Bearer\",\"granted_at\":$NOW,\"access_expires_at\":$((NOW + 7200)),\"refresh_expires_at\":$((NOW + 86400)),\"refresh_due_at\":$((NOW + 4800))}"
    [cc_active_grant]="{\"creator_id\":\"$ALICE\"}"
    [cc_count_grants]='{}'
    [cc_connections]="{\"now\":$NOW}"
    [cc_claim_grants]='{"limit":10,"lease_seconds":120}'
    [cc_complete_refresh]="{\"id\":1,\"fence\":1,\"generation\":0,\"access_token\":\"v1.k.at2\",\"refresh_token\":\"v1.k.rt2\",\"scopes\":null,\"token_type\":\"Bearer\",\"refreshed_at\":$NOW,\"access_expires_at\":$((NOW + 86400)),\"refresh_expires_at\":null,\"failing_since\":null,\"needs_reconnect_since\":null,\"refresh_failure\":null,\"refresh_due_at\":$((NOW + 60000)),\"failures\":0,\"unsure\":false,\"log_id\":null}"
    [cc_end_grant]="{\"creator_id\":\"$ALICE\",\"at\":$NOW,\"cause\":\"here\",\"given_until\":null,\"revoke\":true,\"erase_profile\":true}"
    [cc_delete_creator]="{\"creator_id\":\"$ALICE\",\"at\":$NOW}"
    [cc_claim_revocations]='{"limit":100,"lease_seconds":120}'
    [cc_complete_revocation]='{"id":1,"fence":1}'
    [cc_key_use]='{}'
    [cc_sealed_rows]='{"table":"grants","after":0,"limit":100}'
    [cc_reseal]='{"table":"grants","row":1,"old_access_token":"at","old_refresh_token":"rt","access_token":"v1.k.at","refresh_token":"v1.k.rt"}'
    [cc_save_profile]="{\"creator_id\":\"$ALICE\",\"union_id\":\"u\",\"avatar_url\":\"https://cdn.example.test/a.jpeg\",\"username\":\"handle\",\"nickname\":\"Nick\",\"posting\":{\"privacy_level_options\":[\"SELF_ONLY\",\"NEW_LEVEL\"],\"comment_disabled\":true,\"duet_disabled\":false,\"stitch_disabled\":null,\"max_video_post_duration_sec\":600},\"user_info\":\"known\",\"creator_info\":\"known\",\"log_id\":null,\"asked_at\":$NOW}"
    [cc_creator]="{\"creator_id\":\"$ALICE\"}"
    [cc_save_avatar]="{\"creator_id\":\"$ALICE\",\"media_type\":\"image/png\",\"bytes\":\"AQD/\",\"fetched_at\":$NOW}"
    [cc_avatar]="{\"creator_id\":\"$ALICE\"}"
    [cc_begin_login]="{\"state_digest\":\"s\",\"browser\":\"b\",\"code_verifier\":\"v\",\"scopes\":\"user.info.basic\",\"begun_at\":$NOW,\"keep\":5}"
    [cc_take_login]='{"browser":"b","state_digest":"s"}'
    [cc_create_session]="{\"id\":\"i\",\"data\":\"{}\",\"creator_id\":\"$ALICE\",\"expires_at\":$((NOW + 60))}"
    [cc_save_session]="{\"id\":\"i\",\"data\":\"{\\\"a\\\":1}\",\"creator_id\":null,\"expires_at\":$((NOW + 60))}"
    [cc_session]="{\"id\":\"i\",\"now\":$NOW}"
    [cc_delete_session]='{"id":"i"}'
    [cc_purge]="{\"now\":$NOW,\"logins_before\":$NOW}"
    [cc_save_events]="{\"events\":[{\"uid\":\"00000000-0000-4000-8000-0000000000e1\",\"digest\":\"d1\",\"client_key\":\"app\",\"open_id\":\"alice\",\"name\":\"post.publish.complete\",\"created_at\":$NOW,\"received_at\":$((NOW + 1)),\"body\":\"{\\\"n\\\":9007199254740993}\"}]}"
    [cc_claim_events]='{"limit":10,"lease_seconds":60}'
    [cc_complete_events]='{"settled":[{"row":1,"fence":1,"stage":"waiting","status":"done","after":0,"error":null}]}'
    [cc_events]='{"status":"set_aside","before":null,"limit":50}'
    [cc_replay_event]='{"row":1}'
    [cc_activity]="{\"creator_id\":\"$ALICE\",\"limit\":20}"
    [cc_purge_events]="{\"ledger_before\":$((NOW - 345600)),\"events_before\":$((NOW - 15552000)),\"keep\":1000}"
    [cc_schema_version]='{}'
)

each_function_with() {
    key=$2
    echo "== Each function, with $1"
    reset
    answers cc_schema_version '{}' '.version == 1 and (.now | type) == "number"'
    answers cc_count_grants '{}' '. == 0'
    grants_and_creators
    avatars
    pending_logins
    sessions
    refreshing
    ending
    events
    forgetting
    answers cc_purge "{\"now\":$((NOW + 60)),\"logins_before\":$((NOW + 1))}" '. == 2'
    answers cc_purge "{\"now\":$((NOW + 60)),\"logins_before\":$((NOW + 1))}" '. == 0'
    key=$SUPABASE_KEY
}

grants_and_creators() {
    local function bare
    for function in cc_creator cc_active_grant cc_avatar; do
        answers "$function" "{\"creator_id\":\"$NOBODY\"}" '. == null'
    done
    answers cc_save_grant "${SAMPLE[cc_save_grant]}" ". == \"$ALICE\""
    answers cc_save_grant "$(with cc_save_grant ".new_id = \"$BOB\" | .access_token = \"newer\"")" ". == \"$ALICE\""
    answers cc_count_grants '{}' '. == 1'
    answers cc_active_grant "{\"creator_id\":\"$ALICE\"}" \
        "del(.now, .id) == {client_key:\"app\",open_id:\"alice\",access_token:\"newer\",refresh_token:\"rt\",fence:0,generation:0,
            scopes:\"user.info.basic,video.publish\",token_type:\"Bearer\",refreshed_at:$NOW,access_expires_at:$((NOW + 7200)),
            refresh_expires_at:$((NOW + 86400)),failing_since:null,needs_reconnect_since:null,refresh_failure:null}
            and (.now | type) == \"number\""
    bare=$(with cc_save_grant '.refresh_token = null | .refresh_expires_at = null')
    answers cc_save_grant "$bare" ". == \"$ALICE\""
    answers cc_active_grant "{\"creator_id\":\"$ALICE\"}" '.refresh_token == "rt"'
    answers cc_creator "{\"creator_id\":\"$ALICE\"}" \
        ".posting == null and .connected_at == $NOW and .profile_known_at == null and .user_info == \"not_asked\"
            and .grant == {scopes:\"user.info.basic,video.publish\",refreshed_at:$NOW,access_expires_at:$((NOW + 7200)),
                refresh_expires_at:$((NOW + 86400)),failing_since:null,needs_reconnect_since:null,refresh_failure:null,
                refresh_due_at:$((NOW + 4800)),log_id:null}
            and .ended_at == null and .end_cause == null"
    answers cc_save_profile "${SAMPLE[cc_save_profile]}" '. == true'
    answers cc_save_profile "$(with cc_save_profile ".creator_id = \"$NOBODY\"")" '. == false'
    answers cc_save_profile "{\"creator_id\":\"$ALICE\",\"user_info\":\"unavailable\",\"creator_info\":\"rate_limited\",\"log_id\":\"L1\",\"asked_at\":$((NOW + 9))}" '. == true'
    answers cc_creator "{\"creator_id\":\"$ALICE\"}" \
        "del(.grant) == {id:\"$ALICE\",open_id:\"alice\",union_id:\"u\",username:\"handle\",nickname:\"Nick\",
            avatar_url:\"https://cdn.example.test/a.jpeg\",avatar_url_known_at:$NOW,
            posting:{privacy_level_options:[\"SELF_ONLY\",\"NEW_LEVEL\"],comment_disabled:true,duet_disabled:false,
                stitch_disabled:null,max_video_post_duration_sec:600},
            user_info:\"unavailable\",creator_info:\"rate_limited\",log_id:\"L1\",profile_known_at:$NOW,profile_asked_at:$((NOW + 9)),
            connected_at:$NOW,ended_at:null,end_cause:null}"
}

avatars() {
    local picture
    answers cc_save_avatar "$(with cc_save_avatar ".creator_id = \"$NOBODY\"")" '. == false'
    answers cc_save_avatar "${SAMPLE[cc_save_avatar]}" '. == true'
    answers cc_avatar "{\"creator_id\":\"$ALICE\"}" ". == {media_type:\"image/png\",bytes:\"AQD/\",fetched_at:$NOW}"
    # 2 MB, the largest that the app takes: base64 comes back in one line.
    head --bytes 2000000 /dev/urandom | base64 --wrap 0 >"$FOLDER/picture"
    printf '{"request":{"creator_id":"%s","media_type":"image/png","bytes":"%s","fetched_at":%d}}' \
        "$ALICE" "$(<"$FOLDER/picture")" "$NOW" >"$FOLDER/body"
    check "a picture of 2 MB is taken" [ "$(curl_rpc cc_save_avatar --data @"$FOLDER/body")" = true ]
    picture=$(curl_rpc cc_avatar --data "{\"request\":{\"creator_id\":\"$ALICE\"}}" | jq --raw-output .bytes | md5sum)
    check "and comes back byte for byte" [ "$picture" = "$({ cat "$FOLDER/picture"; echo; } | md5sum)" ]
}

pending_logins() {
    local state
    answers cc_begin_login "${SAMPLE[cc_begin_login]}" '. == true'
    answers cc_begin_login "${SAMPLE[cc_begin_login]}" '. == true'
    answers cc_take_login '{"browser":"another","state_digest":"s"}' '. == null'
    answers cc_take_login '{"browser":"another"}' '. == null'
    answers cc_take_login '{"browser":"b","state_digest":"s"}' \
        ". == {state_digest:\"s\",browser:\"b\",code_verifier:\"v\",scopes:\"user.info.basic\",begun_at:$NOW}"
    answers cc_take_login '{"browser":"b","state_digest":"s"}' '. == null'
    for state in z a m; do
        answers cc_begin_login "$(with cc_begin_login ".state_digest = \"$state\" | .code_verifier = null | .keep = 2")" '. == true'
    done
    answers cc_take_login '{"browser":"b","state_digest":"z"}' '. == null'
    answers cc_take_login '{"browser":"b","state_digest":null}' '.state_digest == "m" and .code_verifier == null'
}

sessions() {
    answers cc_create_session "${SAMPLE[cc_create_session]}" '. == true'
    answers cc_create_session "$(with cc_create_session '.data = "other"')" '. == false'
    answers cc_session "{\"id\":\"i\",\"now\":$((NOW + 59))}" ". == {id:\"i\",data:\"{}\",creator_id:\"$ALICE\",expires_at:$((NOW + 60))}"
    answers cc_session "{\"id\":\"i\",\"now\":$((NOW + 60))}" '. == null'
    answers cc_save_session "${SAMPLE[cc_save_session]}" '. == true'
    answers cc_session "{\"id\":\"i\",\"now\":$NOW}" '.data == "{\"a\":1}" and .creator_id == null'
    answers cc_delete_session '{"id":"i"}' '. == true'
    answers cc_delete_session '{"id":"i"}' '. == false'
    answers cc_save_session "${SAMPLE[cc_save_session]}" '. == false'
    answers cc_session "{\"id\":\"i\",\"now\":$NOW}" '. == null'
    answers cc_create_session "${SAMPLE[cc_create_session]}" '. == true'
    answers cc_create_session "$(with cc_create_session ".id = \"live\" | .expires_at = $((NOW + 999))")" '. == true'
}

# Alice's grant is claimed, judged, renewed and sealed anew.
refreshing() {
    local id
    answers cc_claim_grants '{"limit":100,"lease_seconds":120}' '.grants == [] and .busy == false and (.now | type) == "number"'
    answers cc_claim_grants "{\"creator_id\":\"$NOBODY\",\"lease_seconds\":120}" '.grants == [] and .busy == false'
    answers cc_claim_grants "{\"creator_id\":\"$ALICE\",\"lease_seconds\":120}" \
        ".grants[0] | del(.id) == {fence:1,generation:0,creator_id:\"$ALICE\",client_key:\"app\",open_id:\"alice\",
            access_token:\"at\",refresh_token:\"rt\",access_expires_at:$((NOW + 7200)),refresh_expires_at:$((NOW + 86400)),
            failing_since:null,needs_reconnect_since:null,refresh_failure:null,failures:0,unsure:false}"
    id=$(jq '.grants[0].id' <<<"$answer")
    answers cc_claim_grants "{\"creator_id\":\"$ALICE\",\"lease_seconds\":120}" '.grants == [] and .busy == true'
    answers cc_complete_refresh "$(with cc_complete_refresh ".id = $id | .fence = 0 | .access_token = null")" '. == false'
    answers cc_complete_refresh "$(with cc_complete_refresh ".id = $id | .access_token = null | .refresh_failure = \"unavailable\" | .failing_since = $NOW
        | .refresh_due_at = 1000 | .failures = 1 | .unsure = true | .log_id = \"L2\"")" '. == true'
    answers cc_connections "{\"now\":$NOW}" '. == {connected:0,expiring:0,degraded:1,needs_reconnect:0,disconnected:0}'
    answers cc_creator "{\"creator_id\":\"$ALICE\"}" ".grant.refresh_failure == \"unavailable\" and .grant.log_id == \"L2\" and .grant.failing_since == $NOW"
    answers cc_claim_grants '{"limit":100,"lease_seconds":0}' \
        "(.grants | length) == 1 and (.grants[0] | [.id, .fence, .unsure, .failures] == [$id, 2, true, 1])"
    answers cc_claim_grants '{"limit":0,"lease_seconds":120}' '.grants == []'
    answers cc_complete_refresh "$(with cc_complete_refresh ".id = $id | .generation = 1")" '. == false'
    answers cc_complete_refresh "$(with cc_complete_refresh ".id = $id")" '. == true' "though its fence is old"
    answers cc_complete_refresh "$(with cc_complete_refresh ".id = $id")" '. == true' "again"
    answers cc_active_grant "{\"creator_id\":\"$ALICE\"}" \
        '[.access_token, .refresh_token, .generation, .scopes, .refresh_failure] == ["v1.k.at2", "v1.k.rt2", 1, "user.info.basic,video.publish", null]'
    answers cc_connections "{\"now\":$NOW}" '. == {connected:1,expiring:0,degraded:0,needs_reconnect:0,disconnected:0}'
    answers cc_key_use '{}' '. == [{key_id:"k",rows:1}]'
    answers cc_sealed_rows '{"table":"grants","after":0,"limit":9}' \
        ". == [{row:$id,client_key:\"app\",open_id:\"alice\",access_token:\"v1.k.at2\",refresh_token:\"v1.k.rt2\"}]"
    answers cc_sealed_rows "{\"table\":\"grants\",\"after\":$id,\"limit\":9}" '. == []'
    answers cc_sealed_rows '{}' '. == []'
    answers cc_reseal "$(with cc_reseal ".row = $id")" '. == false'
    answers cc_reseal "$(with cc_reseal ".row = $id | .old_access_token = \"v1.k.at2\" | .old_refresh_token = \"v1.k.rt2\"
        | .refresh_token = \"v1.l.rt\"")" '. == true'
    answers cc_key_use '{}' '. == [{key_id:"k",rows:1},{key_id:"l",rows:1}]'
}

# Alice's grant ends, waits to be revoked, and is given again.
ending() {
    local id
    answers cc_end_grant "$(with cc_end_grant ".creator_id = \"$NOBODY\"")" '. == null'
    answers cc_end_grant "$(with cc_end_grant ".given_until = $((NOW - 1))")" '. == null'
    answers cc_end_grant "$(with cc_end_grant ".given_until = $NOW")" '.was_active == true and (.revocation | type) == "number"'
    id=$(jq .revocation <<<"$answer")
    answers cc_end_grant "${SAMPLE[cc_end_grant]}" '. == {was_active:false,revocation:null}'
    answers cc_active_grant "{\"creator_id\":\"$ALICE\"}" '. == null'
    answers cc_avatar "{\"creator_id\":\"$ALICE\"}" '. == null'
    answers cc_creator "{\"creator_id\":\"$ALICE\"}" \
        "[.grant, .username, .nickname, .union_id, .posting, .avatar_url, .log_id, .profile_known_at, .profile_asked_at | . == null] | all"
    answers cc_creator "{\"creator_id\":\"$ALICE\"}" ".ended_at == $NOW and .end_cause == \"here\" and .user_info == \"not_asked\""
    answers cc_save_profile "${SAMPLE[cc_save_profile]}" '. == false' "for nothing may be kept any more:"
    answers cc_save_avatar "${SAMPLE[cc_save_avatar]}" '. == false' "likewise:"
    answers cc_connections "{\"now\":$NOW}" '. == {connected:0,expiring:0,degraded:0,needs_reconnect:0,disconnected:1}'
    answers cc_sealed_rows '{"table":"revocations","after":0,"limit":9}' ".[0] | .row == $id and .access_token == \"v1.k.at\""
    answers cc_claim_revocations "{\"id\":$id,\"lease_seconds\":0}" '.due[0] | .fence == 1 and .attempts == 1'
    answers cc_claim_revocations '{"limit":9,"lease_seconds":120}' \
        ".due == [{id:$id,fence:2,client_key:\"app\",open_id:\"alice\",access_token:\"v1.k.at\",refresh_token:\"v1.l.rt\",
            access_expires_at:$((NOW + 86400)),refresh_expires_at:null,ended_at:$NOW,attempts:2}]"
    answers cc_claim_revocations '{"limit":9,"lease_seconds":120}' '.due == []'
    answers cc_complete_revocation "{\"id\":$id,\"fence\":1}" '. == false'
    answers cc_complete_revocation "{\"id\":$id,\"fence\":2,\"access_token\":\"v1.k.at3\",\"refresh_token\":null,\"access_expires_at\":$NOW}" '. == true'
    answers cc_complete_revocation "{\"id\":$id,\"fence\":2,\"next_try_at\":$((NOW + 9))}" '. == true'
    answers cc_claim_revocations '{"limit":9,"lease_seconds":120}' '.due == []' "before its time:"
    answers cc_claim_revocations "{\"id\":$id,\"lease_seconds\":120}" '.due[0] | [.access_token, .refresh_token, .attempts] == ["v1.k.at3", "v1.l.rt", 3]'
    answers cc_save_grant "${SAMPLE[cc_save_grant]}" ". == \"$ALICE\""
    answers cc_complete_revocation "{\"id\":$id,\"fence\":3}" '. == false' "for a reconnect took it back:"
    answers cc_creator "{\"creator_id\":\"$ALICE\"}" ".ended_at == null and .grant.refresh_due_at < $NOW"
}

# What TikTok says of Alice and of somebody unknown, beside what was told of her so far.
events() {
    local row fence own
    own=$(query 'SELECT string_agg(name, chr(32) ORDER BY id) FROM webhook_events')
    check "consents, troubles and ends are told, each once: $own" [ "$own" = "creator.connected creator.reconnected creator.recovered creator.disconnected" ]
    # Her last consent had the very text of her first, which no two sealings have: it counts as the same.
    query "UPDATE webhook_events SET status = 'done'"
    answers cc_save_events '{"events":[]}' '. == []'
    answers cc_save_events "${SAMPLE[cc_save_events]}" '. == [true]'
    answers cc_save_events "$(with cc_save_events '.events[0].uid = "00000000-0000-4000-8000-0000000000e2"
        | .events += [.events[0] | .uid = "00000000-0000-4000-8000-0000000000e3" | .digest = "d2" | .open_id = null]
        | .events += [.events[1] | .uid = "00000000-0000-4000-8000-0000000000e4"]')" '. == [false, true, false]'
    answers cc_activity "{\"creator_id\":\"$ALICE\",\"limit\":1}" \
        ". == [{name:\"post.publish.complete\",created_at:$NOW,body:\"{\\\"n\\\":9007199254740993}\"}]"
    answers cc_claim_events '{"limit":0,"lease_seconds":60}' '. == []'
    answers cc_claim_events '{"limit":1,"lease_seconds":0}' \
        ".[0] | del(.row) == {fence:1,uid:\"00000000-0000-4000-8000-0000000000e1\",creator_id:\"$ALICE\",
            name:\"post.publish.complete\",created_at:$NOW,received_at:$((NOW + 1)),body:\"{\\\"n\\\":9007199254740993}\",attempts:1}"
    row=$(jq '.[0].row' <<<"$answer")
    answers cc_claim_events '{"limit":9,"lease_seconds":60}' "map(.fence) == [2, 1] and map(.creator_id) == [\"$ALICE\", null]"
    answers cc_claim_events '{"limit":9,"lease_seconds":60}' '. == []' "under lease:"
    answers cc_complete_events "{\"settled\":[{\"row\":$row,\"fence\":1,\"stage\":\"waiting\",\"status\":\"done\",\"after\":0}]}" '. == [false]'
    answers cc_complete_events "{\"settled\":[{\"row\":0,\"fence\":1,\"stage\":\"waiting\",\"status\":\"done\",\"after\":0},
        {\"row\":$row,\"fence\":2,\"stage\":\"waiting\",\"status\":\"set_aside\",\"after\":0,\"error\":\"poison\"}]}" '. == [false, true]'
    answers cc_events '{"status":"set_aside","limit":9}' "map([.row, .status, .error, .attempts]) == [[$row, \"set_aside\", \"poison\", 2]]"
    answers cc_events "{\"before\":$row,\"limit\":2}" 'map(.status) == ["done", "done"]'
    answers cc_events '{}' '. == []'
    answers cc_replay_event "{\"row\":$row}" '. == true'
    answers cc_replay_event "{\"row\":$row}" '. == false' "on its way:"
    answers cc_claim_events '{"limit":9,"lease_seconds":60}' 'map([.fence, .attempts]) == [[4, 1]]'
    answers cc_complete_events "{\"settled\":[{\"row\":$row,\"fence\":4,\"stage\":\"waiting\",\"status\":\"forwarding\",\"after\":0}]}" '. == [true]'
    answers cc_claim_events '{"limit":9,"lease_seconds":60,"forward":true}' 'map([.fence, .attempts]) == [[5, 1]]'
    answers cc_claim_events '{"limit":9,"lease_seconds":60,"forward":true}' '. == []'
    answers cc_complete_events "{\"settled\":[{\"row\":$row,\"fence\":5,\"stage\":\"forwarding\",\"status\":\"forwarding\",\"after\":600,\"error\":\"503\"}]}" '. == [true]'
    answers cc_claim_events '{"limit":9,"lease_seconds":60,"forward":true}' '. == []' "before its time:"
    query "UPDATE webhook_events SET status = 'done'"
    answers cc_purge_events "{\"ledger_before\":$NOW,\"events_before\":$((NOW - 900000000)),\"keep\":1000}" '. == 0'
    check "the ledger keeps what is younger" [ "$(query "SELECT count(*) FROM webhook_events WHERE digest LIKE 'd%'")" = 2 ]
    answers cc_purge_events "{\"ledger_before\":$((NOW + 2)),\"events_before\":$((NOW - 900000000)),\"keep\":1}" '. > 1'
    check "a creator keeps the newest" [ "$(query "SELECT count(*) FROM webhook_events WHERE creator_id = '$ALICE'")" = 1 ]
    answers cc_purge_events "{\"ledger_before\":0,\"events_before\":$((NOW + 2)),\"keep\":1000}" '. == 2'
    answers cc_save_events "$(with cc_save_events '.events[0].open_id = "bob"')" '. == [true]' "before its creator:"
    answers cc_save_grant "$(with cc_save_grant ".open_id = \"bob\" | .new_id = \"$BOB\"")" ". == \"$BOB\""
    answers cc_activity "{\"creator_id\":\"$BOB\",\"limit\":9}" 'map(.name) == ["creator.connected", "post.publish.complete"]'
    answers cc_delete_creator "{\"creator_id\":\"$BOB\",\"at\":$NOW}" '.was_active == true'
    answers cc_complete_revocation "{\"id\":$(jq .revocation <<<"$answer"),\"fence\":0}" '. == true'
    check "a forgotten creator leaves one event" [ "$(query "SELECT name, creator_id, client_key, open_id FROM webhook_events WHERE body LIKE '%$BOB%'")" = "creator.disconnected|||" ]
}

forgetting() {
    answers cc_create_session "$(with cc_create_session '.id = "phone"')" '. == true'
    answers cc_delete_creator "$(with cc_delete_creator ".creator_id = \"$NOBODY\"")" '. == null'
    answers cc_delete_creator "${SAMPLE[cc_delete_creator]}" '.was_active == true and (.revocation | type) == "number"'
    answers cc_complete_revocation "{\"id\":$(jq .revocation <<<"$answer"),\"fence\":0}" '. == true'
    answers cc_delete_creator "${SAMPLE[cc_delete_creator]}" '. == null'
    answers cc_session "{\"id\":\"phone\",\"now\":$NOW}" '. == null'
    check "nothing names a creator who was forgotten" [ "$(query "SELECT count(*) FROM tiktok_tokens")$(query 'SELECT count(*) FROM revocations')" = 00 ]
    answers cc_create_session "${SAMPLE[cc_create_session]}" '. == true'
    answers cc_create_session "$(with cc_create_session ".id = \"live\" | .expires_at = $((NOW + 999))")" '. == true'
}

texts() {
    echo "== Any text goes through unchanged"
    reset
    rpc cc_save_grant "${SAMPLE[cc_save_grant]}"
    local text texts=(
        '"O'\''Hara \"q\""' '"a,b(c)\\d"' '"line\nline\r\n\ttab"' '"🎬👩‍🍳 é e\u0301"' '"\u202ertl\u200f"'
        '"%_*;--"' '"NULL"' '"{}"' '"null"' '" "' '"\\u0000"' "\"\$1 \$\$ :x ?\""
    )
    for text in "${texts[@]}"; do
        rpc cc_save_profile "$(with cc_save_profile ".nickname = $text")"
        answers cc_creator "{\"creator_id\":\"$ALICE\"}" ".nickname == $text"
    done
}

refusals() {
    echo "== What is not well formed changes nothing"
    refused cc_save_profile "$(with cc_save_profile '.nickname = "nul \u0000"')" 400 22P05
    refused cc_creator '{"creator_id":"../../etc/passwd"}' 400 22P02
    refused cc_save_profile "$(with cc_save_profile '.user_info = "unheard of"')" 400 23514
    refused cc_complete_refresh "$(with cc_complete_refresh ".id = $(query 'SELECT id FROM tiktok_tokens WHERE is_active') | .refresh_failure = \"unheard of\"")" 400 23514
    refused cc_end_grant "$(with cc_end_grant '.cause = "unheard of"')" 400 23514
    refused cc_claim_grants "{\"creator_id\":\"$ALICE\"}" 400 23514
    refused cc_save_grant "$(with cc_save_grant 'del(.access_token)')" 400 23514
    refused cc_save_avatar "$(with cc_save_avatar '.bytes = "*"')" 400 22023
    refused cc_save_grant "$(with cc_save_grant ".new_id = \"$BOB\" | .open_id = \"other\" | .access_expires_at = $((NOW * NOW))")" 400 22008
    refused cc_not_there '{}' 404 PGRST202
    check "and nothing was kept" [ "$(query "SELECT count(*) FROM creators WHERE open_id <> 'alice'")" = 0 ]
    answers cc_active_grant "{\"creator_id\":\"$ALICE\"}" '.access_token == "at"'
}

# --- Who gets in ---------------------------------------------------------------------------------------

keys() {
    echo "== Keys"
    key='' refused cc_count_grants '{}' 401 '' 'No API key found in request'
    key=sb_secret_of_somebody_else refused cc_count_grants '{}' 401 '' 'Invalid API key'
    key=${SUPABASE_SERVICE_JWT%?????}AAAAA refused cc_count_grants '{}' 401 '' 'Invalid API key'
}

attacks() {
    local user_token who
    user_token=$(scripts/supabase.sh token "$FOLDER")
    seed
    who=$(rows)
    attack "the anon JWT" "$SUPABASE_ANON_KEY"
    attack "the publishable key" "$SUPABASE_PUBLISHABLE_KEY"
    attack "a user's JWT" "$SUPABASE_ANON_KEY" --header "authorization: Bearer $user_token"
    attack "a user's JWT and the publishable key" "$SUPABASE_PUBLISHABLE_KEY" --header "authorization: Bearer $user_token"
    check "no attack changed a row" [ "$(rows)" = "$who" ]
}

# attack WHO KEY CURL-OPTION...: every table and every function that the catalog has.
attack() {
    local who=$1 key=$2 url=$SUPABASE_URL/rest/v1 relation column function arguments
    shift 2
    echo "== Attack with $who"
    while IFS='|' read -r relation column; do
        denied "$who reads no $relation" "$url/$relation?select=*" "$@"
        denied "$who counts no $relation" --head --header 'prefer: count=exact' "$url/$relation" "$@"
        denied "$who inserts no $relation" --data '{}' "$url/$relation" "$@"
        denied "$who upserts no $relation" --data '{}' --header 'prefer: resolution=merge-duplicates' "$url/$relation" "$@"
        denied "$who updates no $relation" --request PATCH --data "{\"$column\":null}" "$url/$relation?$column=not.is.null" "$@"
        denied "$who deletes no $relation" --request DELETE "$url/$relation?$column=not.is.null" "$@"
    done < <(relations)
    while IFS='|' read -r function arguments; do
        if [[ $function == cc_* ]]; then
            arguments=$(jq --compact-output --null-input --argjson request "${SAMPLE[$function]:-{\}}" '$ARGS.named')
        fi
        denied "$who calls no $function" --data "$arguments" "$url/rpc/$function" "$@"
        denied "$who calls no $function by GET" --get --data-urlencode "request=${SAMPLE[$function]:-}" "$url/rpc/$function" "$@"
    done < <(functions)
}

# denied WHAT CURL-ARGUMENT...: refused for want of a permission, or because there is no such thing to call.
denied() {
    local what=$1 code
    shift
    code=$(curl --silent --output "$FOLDER/answer" --write-out '%{http_code}' --header "apikey: $key" \
        --header 'content-type: application/json' "$@")
    case "$code" in
        401 | 403) [[ $* == *--head* ]] || grep --quiet '"42501"' "$FOLDER/answer" || code="$code without 42501" ;;
        404) grep --quiet --extended-regexp '"PGRST20[25]"' "$FOLDER/answer" || code="404 without reason" ;;
        # A function that writes is not offered for GET.
        405) ;;
    esac
    check "$what ($code)" [ "$code" = 401 -o "$code" = 403 -o "$code" = 404 -o "$code" = 405 ]
}

locks() {
    echo "== Locks, as the catalog has them"
    none "a table without row level security" "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)"
    none "a policy" "SELECT tablename FROM pg_policies WHERE schemaname = 'public'"
    none "a right of anon or authenticated to a table" "
        SELECT relname FROM pg_class, unnest(ARRAY['anon', 'authenticated']) AS role
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
            AND has_table_privilege(role, oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')"
    none "a right of theirs to a column" "
        SELECT relname FROM pg_class, unnest(ARRAY['anon', 'authenticated']) AS role
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
            AND has_any_column_privilege(role, oid, 'SELECT, INSERT, UPDATE, REFERENCES')"
    none "a right of theirs to a sequence" "
        SELECT relname FROM pg_class, unnest(ARRAY['anon', 'authenticated']) AS role
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' AND has_sequence_privilege(role, oid, 'USAGE, SELECT, UPDATE')"
    none "a function that they may execute" "
        SELECT proname FROM pg_proc, unnest(ARRAY['anon', 'authenticated']) AS role
        WHERE pronamespace = 'public'::regnamespace AND has_function_privilege(role, oid, 'EXECUTE')"
    none "a function that PUBLIC may execute" "
        SELECT proname FROM pg_proc, aclexplode(COALESCE(proacl, acldefault('f', proowner))) AS right_
        WHERE pronamespace = 'public'::regnamespace AND right_.grantee = 0"
    none "a function without search_path, or with its owner's rights" "
        SELECT proname FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND (prosecdef OR NOT COALESCE('search_path=\"\"' = ANY (proconfig), false))"
    none "a table or column without a comment" "
        SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            AND (col_description(pg_class.oid, attnum) IS NULL OR obj_description(pg_class.oid) IS NULL)"
    none "a function without a comment" "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND obj_description(oid) IS NULL"
    none "a function without a call in this test" "
        SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype
            AND proname <> ALL (string_to_array('${!SAMPLE[*]}', ' '))"
    local relation column seen
    while IFS='|' read -r relation column; do
        seen=$(query "BEGIN; GRANT ALL ON public.$relation TO anon; SET LOCAL ROLE anon; SELECT count(*) FROM public.$relation; ROLLBACK")
        check "a grant by mistake still shows anon no $relation" [ "$seen" = 0 ]
    done < <(relations)
}

# --- Many at once --------------------------------------------------------------------------------------

at_once() {
    echo "== Twelve at once"
    reset
    local number
    for number in {1..12}; do
        printf '{"request":%s}' "$(with cc_save_grant ".new_id = \"00000000-0000-4000-8000-0000000000$((number + 10))\"")" >"$FOLDER/body.$number"
    done
    together cc_save_grant
    check "twelve logins of one creator all succeed" [ "$(cat "$FOLDER"/status.* | sort | uniq -c | tr -s ' ')" = " 12 200" ]
    check "and agree on one id" [ "$(cat "$FOLDER"/answer.* | sort -u | wc -l)" = 1 ]
    check "and leave one active grant" [ "$(query 'SELECT count(*) FROM tiktok_tokens WHERE is_active')" = 1 ]
    check "and eleven erased ones" [ "$(query 'SELECT count(*) FROM tiktok_tokens WHERE NOT is_active')" = 11 ]
    answers cc_count_grants '{}' '. == 1'
    for number in {1..12}; do
        printf '{"request":%s}' "$(with cc_save_grant ".open_id = \"bob\" | .new_id = \"$BOB\"")" >"$FOLDER/body.$number"
    done
    together cc_save_grant
    check "one login sent twelve times succeeds twelve times" [ "$(cat "$FOLDER"/answer.* | sort -u)" = "\"$BOB\"" ]
    answers cc_count_grants '{}' '. == 2'
    rpc cc_begin_login "${SAMPLE[cc_begin_login]}"
    for number in {1..12}; do printf '{"request":%s}' "${SAMPLE[cc_take_login]}" >"$FOLDER/body.$number"; done
    together cc_take_login
    check "of twelve that take one login, one gets it" [ "$(grep --files-with-matches state_digest "$FOLDER"/answer.* | wc -l)" = 1 ]
    for number in {1..12}; do printf '{"request":%s}' "$(with cc_begin_login ".state_digest = \"$number\"")" >"$FOLDER/body.$number"; done
    together cc_begin_login
    check "of twelve logins begun at once, a browser keeps five" [ "$(query 'SELECT count(*) FROM pending_logins')" = 5 ]
    for number in {1..12}; do echo '{"request":{"browser":"b"}}' >"$FOLDER/body.$number"; done
    together cc_take_login
    check "of twelve that take the newest, five get one each" [ "$(sort -u "$FOLDER"/answer.* | grep --count state_digest)" = 5 ]
    query "INSERT INTO web_sessions (id, data, expires_at) SELECT i, '{}', to_timestamp($NOW) FROM generate_series(1, 500) AS i"
    for number in {1..12}; do printf '{"request":%s}' "${SAMPLE[cc_purge]}" >"$FOLDER/body.$number"; done
    together cc_purge
    check "twelve purges take every row once" [ "$(cat "$FOLDER"/answer.* | jq --slurp add)" = 500 ]
}

claims_at_once() {
    echo "== Twelve claim at once"
    seed
    query "UPDATE tiktok_tokens SET refresh_due_at = NULL WHERE id > (SELECT min(id) + 59 FROM tiktok_tokens)"
    query "UPDATE tiktok_tokens SET refresh_due_at = to_timestamp(id), lease_until = NULL, needs_reconnect_since = NULL WHERE refresh_due_at IS NOT NULL"
    local number
    for number in {1..12}; do echo '{"request":{"limit":5,"lease_seconds":600}}' >"$FOLDER/body.$number"; done
    together cc_claim_grants
    check "no two share a grant" [ "$(cat "$FOLDER"/answer.* | jq '.grants[].id' | sort | uniq --repeated | wc -l)" = 0 ]
    together cc_claim_grants
    together cc_claim_grants
    check "and none is left over" [ "$(query 'SELECT count(*) FROM tiktok_tokens WHERE refresh_due_at IS NOT NULL AND fence <> 1')" = 0 ]
    query "UPDATE revocations SET next_try_at = to_timestamp(id), lease_until = NULL, fence = 0 WHERE id IN (SELECT id FROM revocations ORDER BY id LIMIT 60)"
    query "DELETE FROM revocations WHERE next_try_at > now()"
    for number in {1..12}; do echo '{"request":{"limit":5,"lease_seconds":600}}' >"$FOLDER/body.$number"; done
    together cc_claim_revocations
    check "revocations are claimed" [ "$(claimed '.due')" -ge 5 ]
    check "nor a revocation" [ "$(cat "$FOLDER"/answer.* | jq '.due[].id' | sort | uniq --repeated | wc -l)" = 0 ]
    for number in {1..12}; do printf '{"request":{"creator_id":"%s","lease_seconds":600}}' "$ALICE" >"$FOLDER/body.$number"; done
    together cc_claim_grants
    check "of twelve that claim one grant, one gets it" [ "$(cat "$FOLDER"/answer.* | jq '.grants | length' | jq --slurp add)" = 1 ]
    check "and eleven hear that it is busy" [ "$(cat "$FOLDER"/answer.* | jq .busy | grep --count true)" = 11 ]
    query "UPDATE webhook_events SET status = 'done'"
    query "UPDATE webhook_events SET status = 'waiting' WHERE id IN (SELECT id FROM webhook_events ORDER BY id LIMIT 60)"
    for number in {1..12}; do echo '{"request":{"limit":5,"lease_seconds":600}}' >"$FOLDER/body.$number"; done
    together cc_claim_events
    check "events are claimed" [ "$(claimed .)" -ge 5 ]
    check "nor an event" [ "$(cat "$FOLDER"/answer.* | jq '.[].row' | sort | uniq --repeated | wc -l)" = 0 ]
    for number in {1..12}; do
        printf '{"request":%s}' "$(with cc_save_events ".events[0].uid = \"00000000-0000-4000-8000-0000000000$((number + 10))\"")" >"$FOLDER/body.$number"
    done
    together cc_save_events
    check "of twelve equal deliveries one counts" [ "$(cat "$FOLDER"/answer.* | sort | uniq -c | tr -s ' ' | tr '\n' ';')" = " 11 [false]; 1 [true];" ]
}

# How many the twelve have claimed in all, by the list in each answer that a jq filter names.
claimed() { cat "$FOLDER"/answer.* | jq "$1 | length" | jq --slurp add; }

# Sends body.1 to body.12 at the same moment; leaves answer.N and status.N.
together() {
    local number senders=()
    for number in {1..12}; do
        curl_rpc "$1" --data @"$FOLDER/body.$number" --output "$FOLDER/answer.$number" --write-out '%{http_code}\n' \
            >"$FOLDER/status.$number" &
        senders+=("$!")
    done
    wait "${senders[@]}"
    for number in {1..12}; do echo >>"$FOLDER/answer.$number"; done
}

counts() {
    echo "== The count of grants is exact"
    seed
    counted "after logins"
    query 'DELETE FROM creators WHERE id IN (SELECT id FROM creators LIMIT 100)'
    counted "after creators were deleted"
    query 'UPDATE tiktok_tokens SET is_active = false, access_token = NULL, refresh_token = NULL WHERE creator_id IN (SELECT id FROM creators LIMIT 100)'
    counted "after grants were ended by hand"
    apply
    counted "after the migration ran again"
    query 'TRUNCATE tiktok_tokens'
    counted "after the table was emptied"
}

counted() {
    answers cc_count_grants '{}' ". == $(query 'SELECT count(*) FROM tiktok_tokens WHERE is_active')" "$1"
}

a_dying_connection() {
    echo "== A connection that dies in the middle of a save"
    reset
    local holder sender
    scripts/supabase.sh psql "$FOLDER" <<<'BEGIN; LOCK TABLE tiktok_tokens; SELECT pg_sleep(600)' >/dev/null 2>&1 &
    holder=$!
    check "the table is locked" becomes_one "SELECT count(*) FROM pg_locks WHERE relation = 'tiktok_tokens'::regclass AND mode = 'AccessExclusiveLock' AND granted"
    curl_rpc cc_save_grant --data "{\"request\":${SAMPLE[cc_save_grant]}}" --output "$FOLDER/answer" --write-out '%{http_code}\n' \
        >"$FOLDER/status" &
    sender=$!
    local waiting="FROM pg_stat_activity WHERE usename = 'authenticator' AND wait_event_type = 'Lock'"
    check "a save is in the middle" becomes_one "SELECT count(*) $waiting"
    check "its connection dies" [ "$(admin "SELECT count(pg_terminate_backend(pid)) $waiting")" = 1 ]
    wait "$sender" || true
    admin "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" >/dev/null
    wait "$holder" || true
    check "the caller hears of it ($(<"$FOLDER/status"))" [ "$(<"$FOLDER/status")" -ge 500 ]
    check "nothing was kept" [ "$(query 'SELECT count(*) FROM creators')" = 0 ]
    answers cc_save_grant "${SAMPLE[cc_save_grant]}" ". == \"$ALICE\"" "the next one succeeds"
}

# Waits until a question to the database is answered with 1.
becomes_one() {
    local deadline=$((SECONDS + 60))
    until [ "$(admin "$1")" = 1 ]; do
        ((SECONDS < deadline)) || return 1
    done
}

# --- The migration, again ------------------------------------------------------------------------------

migration_again() {
    echo "== The migration may be run again"
    local before rows damage
    seed
    before=$(catalog)
    rows=$(rows)
    apply
    check "it changes nothing in the catalog" [ "$(catalog)" = "$before" ]
    check "it changes no row" [ "$(rows)" = "$rows" ]
    local damages=(
        'DROP FUNCTION cc_creator(jsonb)'
        'DROP FUNCTION cc_claim_grants(jsonb), cc_complete_refresh(jsonb)'
        'DROP INDEX tiktok_tokens_due, tiktok_tokens_keys, revocations_grant, creators_ended, web_sessions_creator'
        'DROP TABLE revocations'
        'DROP TABLE webhook_events'
        'DROP TRIGGER record_disconnect ON creators'
        'DROP FUNCTION cc_save_events(jsonb)'
        'DROP INDEX webhook_events_digest, webhook_events_due, webhook_events_creator'
        'ALTER TABLE revocations NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY'
        'DROP INDEX tiktok_tokens_one_active, web_sessions_expires_at'
        'DROP TRIGGER count_updated ON tiktok_tokens'
        'DROP TABLE avatars'
        'ALTER TABLE tiktok_tokens NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY'
        'GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, authenticated, PUBLIC'
        'GRANT ALL ON ALL FUNCTIONS IN SCHEMA public TO anon, authenticated, PUBLIC'
        'GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO anon, authenticated'
        'ALTER FUNCTION cc_creator(jsonb) SECURITY DEFINER'
        'DROP TABLE creators, tiktok_tokens, avatars, pending_logins, web_sessions, active_grant_counts, revocations, webhook_events, cc_schema_versions CASCADE'
    )
    for damage in "${damages[@]}"; do
        query "$damage"
        apply
        check "it mends: $damage" [ "$(catalog)" = "$before" ]
    done
}

# apply [FILE...]: every migration, or those.
apply() {
    local file
    (($#)) || set -- supabase/migrations/*.sql
    for file in "$@"; do
        PGOPTIONS='-c client_min_messages=warning' scripts/supabase.sh psql "$FOLDER" <"$file"
    done
}

# Everything that the migration is about, in one word.
catalog() {
    query "
        SELECT md5(string_agg(line, E'\n' ORDER BY line)) FROM (
            SELECT concat_ws('|', relname, relkind, relrowsecurity, relforcerowsecurity, reloptions,
                (SELECT string_agg(entry::text, ',' ORDER BY entry::text) FROM unnest(relacl) AS entry))
            FROM pg_class WHERE relnamespace = 'public'::regnamespace
            UNION ALL
            SELECT concat_ws('|', attrelid::regclass, attname, atttypid::regtype, attnotnull, attidentity, attstorage,
                col_description(attrelid, attnum), obj_description(attrelid),
                (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum))
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
            UNION ALL
            SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL
            SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL
            SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL
            SELECT concat_ws('|', pg_get_functiondef(oid), obj_description(oid),
                (SELECT string_agg(entry::text, ',' ORDER BY entry::text) FROM unnest(proacl) AS entry))
            FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        ) AS lines (line)"
}

# --- Indexes -------------------------------------------------------------------------------------------

indexes() {
    echo "== Every query uses an index"
    seed
    # So that what indexes have need not be looked up in the tables.
    query 'VACUUM (ANALYZE) creators, tiktok_tokens, avatars, revocations, webhook_events, pending_logins, web_sessions'
    local function plan
    for function in "${!SAMPLE[@]}"; do
        plan=$(plans "$FOLDER" "SELECT public.$function('${SAMPLE[$function]//\'/\'\'}')")
        indexed "$function" "$plan"
    done
    plan=$(plans "$FOLDER" "SELECT public.cc_take_login('{\"browser\":\"browser 7\"}')")
    indexed "cc_take_login, the newest" "$plan"
    plan=$(plans "$FOLDER" "SELECT public.cc_claim_grants('{\"creator_id\":\"$ALICE\",\"lease_seconds\":9}')")
    indexed "cc_claim_grants, one" "$plan"
    plan=$(plans "$FOLDER" "SELECT public.cc_claim_revocations('{\"id\":7,\"lease_seconds\":9}')")
    indexed "cc_claim_revocations, one" "$plan"
    plan=$(plans "$FOLDER" "SELECT public.cc_sealed_rows('{\"table\":\"revocations\",\"after\":7,\"limit\":100}')")
    indexed "cc_sealed_rows, of revocations" "$plan"
    plan=$(plans "$FOLDER" "SELECT public.cc_reseal('${SAMPLE[cc_reseal]/grants/revocations}')")
    indexed "cc_reseal, of a revocation" "$plan"
    plan=$(plans "$FOLDER" "SELECT public.cc_claim_events('{\"limit\":10,\"lease_seconds\":60,\"forward\":true}')")
    indexed "cc_claim_events, to be passed on" "$plan"
    plan=$(plans "$FOLDER" "SELECT public.cc_events('{\"limit\":50}')")
    indexed "cc_events, of every status" "$plan"
    plan=$(plans "$FOLDER" "RESET ROLE; DELETE FROM public.creators WHERE id = '$ALICE'")
    indexed "the deletion of a creator" "$plan"
}

# indexed WHAT PLANS
indexed() {
    local whole
    whole=$(read_whole <<<"$2")
    check "$1 reads $whole whole" [ -z "$whole" ]
    check "$1 has plans" [ -n "$(grep 'Query Text' <<<"$2")" ]
    printf '%s: %s\n' "$1" "$(used_indexes <<<"$2")"
}

# --- What breaks ---------------------------------------------------------------------------------------

faults() {
    echo "== Faults"
    reset
    control '{"fault":"status","status":500,"times":1}'
    refused cc_count_grants '{}' 500
    answers cc_count_grants '{}' '. == 0' "after one fault"
    control '{"fault":"status","status":502}'
    refused cc_count_grants '{}' 502 '' '<html>'
    control '{"fault":"status","status":401}'
    refused cc_count_grants '{}' 401 '' 'Invalid API key'
    control '{"fault":"hang"}'
    check "a call hangs" [ "$(curl_status --max-time 1)" = 000 ]
    control '{"fault":"delay","ms":400}'
    check "a call is late" [ "$(curl_status --max-time 0.3)-$(curl_status --max-time 5)" = 000-200 ]
    control '{"fault":"drop"}'
    check "a call is dropped" [ "$(curl_status)" = 000 ]
    control '{"fault":"drop","after":true,"path":"cc_save_grant"}'
    check "a call is dropped once it is done" [ "$(curl_rpc cc_save_grant --data "{\"request\":${SAMPLE[cc_save_grant]}}" --output /dev/null --write-out '%{http_code}' || true)" = 000 ]
    answers cc_count_grants '{}' '. == 1' "and was done"
    control '{"fault":"off"}'
    scripts/supabase.sh stop "$FOLDER" postgres >/dev/null
    rpc cc_count_grants '{}'
    check "without PostgreSQL a call is refused" [ "$status $(jq --raw-output .code <<<"$answer")" = "503 PGRST000" ]
    scripts/supabase.sh start "$FOLDER" >/dev/null
    answers cc_count_grants '{}' '. == 1' "and with it again all is there"
    scripts/supabase.sh stop "$FOLDER" rest >/dev/null
    refused cc_count_grants '{}' 502
    scripts/supabase.sh start "$FOLDER" >/dev/null
    answers cc_count_grants '{}' '. == 1' "after a restart of the REST server"
}

control() {
    curl --silent --fail --output /dev/null --data "$1" "$SUPABASE_URL/__control"
}

curl_status() {
    curl_rpc cc_count_grants --data '{}' --output /dev/null --write-out '%{http_code}' "$@" || true
}

# --- Tools ---------------------------------------------------------------------------------------------

curl_rpc() {
    local function=$1
    shift
    curl --silent --header "apikey: $key" --header 'content-type: application/json' "$@" \
        "$SUPABASE_URL/rest/v1/rpc/$function"
}

# rpc FUNCTION REQUEST: leaves $answer and $status.
rpc() {
    status=$(curl_rpc "$1" --data "{\"request\":$2}" --output "$FOLDER/answer" --write-out '%{http_code}' || true)
    answer=$(<"$FOLDER/answer")
}

# answers FUNCTION REQUEST JQ-TEST [WHAT]: a call that succeeds, and what holds for its answer.
answers() {
    rpc "$1" "$2"
    check "$1 ${4:-answers} $3" [ "$status $(jq "$3" <<<"$answer" 2>&1)" = "200 true" ]
}

# refused FUNCTION REQUEST STATUS [SQLSTATE] [TEXT]
refused() {
    rpc "$1" "$2"
    check "$1 is refused: $3 ${4:-} ${5:-}" [ "$status" = "$3" -a -z "${4:+$(grep --invert-match "\"code\":\"${4:-}\"" <<<"$answer")}" -a -z "${5:+$(grep --quiet --fixed-strings "${5:-}" <<<"$answer" || echo no)}" ]
}

# check WHAT COMMAND...
check() {
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$what"
    printf '        last answer: %s %s\n' "${status:-}" "${answer:-}" | head --bytes 600
    echo
}

none() {
    local found
    found=$(query "$2")
    check "there is not $1: $found" [ -z "$found" ]
}

# with FUNCTION JQ-FILTER: that function's sample request, changed.
with() { jq --compact-output "$2" <<<"${SAMPLE[$1]}"; }

query() { scripts/supabase.sh psql "$FOLDER" <<<"$1"; }

admin() { scripts/supabase.sh admin "$FOLDER" <<<"$1"; }

reset() { scripts/supabase.sh reset "$FOLDER"; }

# Every table and view that the REST server could show, with a column that could be written.
relations() {
    query "SELECT DISTINCT ON (relname) relname, attname
        FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND attidentity = '' AND attgenerated = ''
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')"
}

# Every function in reach, with an object of nulls for its arguments.
functions() {
    query "SELECT proname, COALESCE((SELECT json_object_agg(name, NULL) FROM unnest(proargnames) AS name), '{}')
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
}

rows() {
    local relation
    while IFS='|' read -r relation _; do
        query "SELECT '$relation', count(*), md5(string_agg(md5(whole::text), '' ORDER BY md5(whole::text))) FROM public.$relation AS whole"
    done < <(relations)
}

# Some thousand rows of everything.
seed() {
    reset
    { echo "SET creator_connect.creators = '5000';" && cat supabase/bench/load.sql; } | scripts/supabase.sh psql "$FOLDER"
    query "
        INSERT INTO avatars SELECT id, 'image/png', 'x', now() FROM creators ON CONFLICT DO NOTHING;
        INSERT INTO pending_logins SELECT 'state ' || i, 'browser ' || i % 1000, NULL, '', to_timestamp($NOW + i)
        FROM generate_series(1, 5000) AS i;
        INSERT INTO revocations (grant_id, generation, client_key, open_id, access_token, access_expires_at, ended_at, next_try_at)
        SELECT -1000000 - i, 0, 'app', 'seed ' || i, 'v1.bench.x', to_timestamp($NOW), to_timestamp($NOW), to_timestamp($NOW + i)
        FROM generate_series(1, 5000) AS i"
    rpc cc_save_grant "${SAMPLE[cc_save_grant]}"
}

main
