-- A catalog as an orchestrator of migration V5 left it: every table that it wrote, with the words that it wrote. Never
-- edited to fit a newer release: a row that the release of then could not have written proves nothing. The newest point
-- is a day old, as the epochs of a tracker that is idle end.

update catalog_state set incarnation = 3, next_sequence = 41, holds_deletion = false;

insert into host (id, name, enrolled_at, session, lease_until, last_heard_at, hypervisor_reachable, agent_version, revision)
values ('aaaaaaaa-0000-4000-8000-000000000001', 'hyper', '2026-01-01T00:00:00Z', 'aaaaaaaa-0000-4000-8000-0000000000f1',
        '2026-01-05T00:00:00Z', '2026-01-04T23:59:00Z', true, '0.1.0', 9);
insert into host_session (session, host_id, started_at)
values ('aaaaaaaa-0000-4000-8000-0000000000f1', 'aaaaaaaa-0000-4000-8000-000000000001', '2026-01-04T00:00:00Z');

insert into vm (id, domain_uuid, name, host_id, state, present, revision) values
    ('bbbbbbbb-0000-4000-8000-000000000001', 'dddddddd-0000-4000-8000-000000000001', 'web',
     'aaaaaaaa-0000-4000-8000-000000000001', 'RUNNING', true, 4),
    ('bbbbbbbb-0000-4000-8000-000000000002', 'dddddddd-0000-4000-8000-000000000002', 'db',
     'aaaaaaaa-0000-4000-8000-000000000001', 'OFF', true, 2),
    ('bbbbbbbb-0000-4000-8000-000000000003', 'dddddddd-0000-4000-8000-000000000003', 'gone',
     'aaaaaaaa-0000-4000-8000-000000000001', 'OFF', false, 7);

insert into disk (id, vm_id, target, serial, format, virtual_size_bytes, image_identity, trackable, why_not, present, revision)
values
    ('cccccccc-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000001', 'vda', 'serial-a', 'QCOW2',
     1048576, '1:2', true, null, true, 1),
    ('cccccccc-0000-4000-8000-000000000002', 'bbbbbbbb-0000-4000-8000-000000000001', 'vdb', null, 'RAW',
     2097152, '1:3', false, 'TRACKING_UNSUPPORTED', true, 1),
    ('cccccccc-0000-4000-8000-000000000003', 'bbbbbbbb-0000-4000-8000-000000000002', 'vda', 'serial-c', 'QCOW2',
     1048576, '1:4', true, null, true, 3);

insert into repository (id, state, incarnation, detail, unlisted_points, registered_at)
values ('main', 'READY', 3, null, 0, '2026-01-01T00:00:00Z');
insert into incarnation_statement (repository_id) values ('main');

insert into policy (id, name, schedule_cron, schedule_zone, schedule_interval, selection_pattern, selection_vms,
    repository_id, quiesce, keep_last, deadline_seconds, enabled, next_due, last_fired, last_run, last_outcome)
values
    ('eeeeeeee-0000-4000-8000-000000000001', 'nightly', '0 3 * * *', 'Europe/Berlin', null, 'w*', null,
     'main', true, 1, 14400, true, '2199-01-01T02:00:00Z', '2026-01-04T02:00:00Z',
     'ffffffff-0000-4000-8000-000000000001', 'opened a run of 1 VM'),
    ('eeeeeeee-0000-4000-8000-000000000002', 'rare', null, null, 'PT300H', null, 'db',
     'main', false, 7, 600, false, null, null, null, null);

insert into run (id, policy_id, correlation, opened_at, ended_at) values
    ('ffffffff-0000-4000-8000-000000000001', 'eeeeeeee-0000-4000-8000-000000000001', null,
     '2026-01-04T02:00:00Z', '2026-01-04T02:05:00Z'),
    ('ffffffff-0000-4000-8000-000000000002', null, 'order-2', '2026-01-04T23:00:00Z', null);

insert into task (id, run_id, vm_id, repository_id, tracker, quiesce, force_full, state, attempt_incarnation,
    attempt_sequence, tries, point_id, host_id, bytes_copied, bytes_total, waits_for, failure_reason, detail,
    correlation, created_at, deadline_at, not_before, ended_at, version)
values
    ('99999999-0000-4000-8000-000000000001', 'ffffffff-0000-4000-8000-000000000001',
     'bbbbbbbb-0000-4000-8000-000000000001', 'main', 'default', true, false, 'SUCCEEDED', 2, 11, 1,
     '11111111-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-000000000001', 3145728, 3145728, null, null, null,
     null, '2026-01-02T02:00:00Z', '2026-01-02T06:00:00Z', null, '2026-01-02T02:05:00Z', 4),
    ('99999999-0000-4000-8000-000000000002', 'ffffffff-0000-4000-8000-000000000001',
     'bbbbbbbb-0000-4000-8000-000000000001', 'main', 'default', false, true, 'SUCCEEDED', 2, 12, 2,
     '11111111-0000-4000-8000-000000000002', 'aaaaaaaa-0000-4000-8000-000000000001', 3145728, 3145728, null, null, null,
     null, '2026-01-03T02:00:00Z', '2026-01-03T06:00:00Z', null, '2026-01-03T02:05:00Z', 4),
    ('99999999-0000-4000-8000-000000000003', 'ffffffff-0000-4000-8000-000000000001',
     'bbbbbbbb-0000-4000-8000-000000000001', 'main', 'default', true, false, 'SUCCEEDED', 3, 5, 1,
     '11111111-0000-4000-8000-000000000003', 'aaaaaaaa-0000-4000-8000-000000000001', 65536, 65536, null, null, null,
     null, '2026-01-04T02:00:00Z', '2026-01-04T06:00:00Z', null, '2026-01-04T02:05:00Z', 4),
    ('99999999-0000-4000-8000-000000000004', 'ffffffff-0000-4000-8000-000000000001',
     'bbbbbbbb-0000-4000-8000-000000000003', 'main', 'default', true, false, 'FAILED', 2, 13, 3,
     null, 'aaaaaaaa-0000-4000-8000-000000000001', 0, 0, null, 'HOST_UNREACHABLE', 'not heard for 300 s',
     null, '2026-01-03T03:00:00Z', '2026-01-03T06:00:00Z', null, '2026-01-03T04:00:00Z', 6),
    ('99999999-0000-4000-8000-000000000005', 'ffffffff-0000-4000-8000-000000000002',
     'bbbbbbbb-0000-4000-8000-000000000001', 'main', 'default', true, false, 'QUEUED', 3, 39, 0,
     null, null, 0, 0, 'host hyper to connect', null, null,
     'order-2', '2026-01-04T23:00:00Z', '2199-01-01T00:00:00Z', null, null, 1),
    ('99999999-0000-4000-8000-000000000006', 'ffffffff-0000-4000-8000-000000000002',
     'bbbbbbbb-0000-4000-8000-000000000002', 'main', 'default', false, true, 'QUEUED', 3, 40, 0,
     null, null, 0, 0, null, null, null,
     'order-2', '2026-01-04T23:00:01Z', '2199-01-01T00:00:00Z', null, null, 0);

insert into task_attempt (point_id, task_id, attempt_incarnation, attempt_sequence, parent_id, host_id, session, sent_at)
values
    ('11111111-0000-4000-8000-000000000001', '99999999-0000-4000-8000-000000000001', 2, 11, null,
     'aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-0000000000f1', '2026-01-02T02:00:01Z'),
    ('11111111-0000-4000-8000-000000000002', '99999999-0000-4000-8000-000000000002', 2, 12, null,
     'aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-0000000000f1', '2026-01-03T02:00:01Z'),
    ('11111111-0000-4000-8000-000000000003', '99999999-0000-4000-8000-000000000003', 3, 5,
     '11111111-0000-4000-8000-000000000002',
     'aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-0000000000f1', '2026-01-04T02:00:01Z');

insert into restore_point (id, vm_id, tracker, parent_id, taken_at, consistency, freeze_millis, duration_millis, task_id,
    attempt_incarnation, attempt_sequence, catalogued_at)
values
    ('11111111-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000001', 'default', null,
     '2026-01-02T02:00:02Z', 'FILESYSTEM', 150, 4000, '99999999-0000-4000-8000-000000000001', 2, 11, '2026-01-02T02:05:00Z'),
    ('11111111-0000-4000-8000-000000000002', 'bbbbbbbb-0000-4000-8000-000000000001', 'default', null,
     '2026-01-03T02:00:02Z', 'CRASH', 0, 4100, '99999999-0000-4000-8000-000000000002', 2, 12, '2026-01-03T02:05:00Z'),
    ('11111111-0000-4000-8000-000000000003', 'bbbbbbbb-0000-4000-8000-000000000001', 'default',
     '11111111-0000-4000-8000-000000000002', now() - interval '1 day', 'FILESYSTEM', 140, 900,
     '99999999-0000-4000-8000-000000000003', 3, 5, '2026-01-04T02:05:00Z'),
    ('11111111-0000-4000-8000-000000000004', 'bbbbbbbb-0000-4000-8000-000000000001', 'default', null,
     '2026-01-01T02:00:02Z', 'CRASH', 0, 4000, null, null, null, '2026-01-01T03:00:00Z');

insert into point_copy (record_key, point_id, repository_id, state, commit_digest, stored_bytes, new_bytes, revision)
values
    ('11111111-0000-4000-8000-000000000001/main', '11111111-0000-4000-8000-000000000001', 'main', 'AVAILABLE',
     'sha256:1111', 3000, 3000, 1),
    ('11111111-0000-4000-8000-000000000002/main', '11111111-0000-4000-8000-000000000002', 'main', 'AVAILABLE',
     'sha256:2222', 3100, 100, 1),
    ('11111111-0000-4000-8000-000000000003/main', '11111111-0000-4000-8000-000000000003', 'main', 'AVAILABLE',
     'sha256:3333', 3200, 50, 1),
    ('11111111-0000-4000-8000-000000000004/main', '11111111-0000-4000-8000-000000000004', 'main', 'REMOVED',
     'sha256:4444', 2900, 2900, 3);

insert into point_disk (record_key, point_id, disk_id, target, level, reason, virtual_size_bytes, dirty_bytes,
    stored_bytes, image_identity, epoch_begun)
values
    ('11111111-0000-4000-8000-000000000001/cccccccc-0000-4000-8000-000000000001',
     '11111111-0000-4000-8000-000000000001', 'cccccccc-0000-4000-8000-000000000001', 'vda', 'FULL', 'FIRST_BACKUP',
     1048576, 1048576, 1000, '1:2', true),
    ('11111111-0000-4000-8000-000000000001/cccccccc-0000-4000-8000-000000000002',
     '11111111-0000-4000-8000-000000000001', 'cccccccc-0000-4000-8000-000000000002', 'vdb', 'FULL',
     'TRACKING_UNSUPPORTED', 2097152, 2097152, 2000, '1:3', false),
    ('11111111-0000-4000-8000-000000000002/cccccccc-0000-4000-8000-000000000001',
     '11111111-0000-4000-8000-000000000002', 'cccccccc-0000-4000-8000-000000000001', 'vda', 'FULL', 'FORCED_FULL',
     1048576, 1048576, 1100, '1:2', true),
    ('11111111-0000-4000-8000-000000000002/cccccccc-0000-4000-8000-000000000002',
     '11111111-0000-4000-8000-000000000002', 'cccccccc-0000-4000-8000-000000000002', 'vdb', 'FULL',
     'TRACKING_UNSUPPORTED', 2097152, 2097152, 2000, '1:3', false),
    ('11111111-0000-4000-8000-000000000003/cccccccc-0000-4000-8000-000000000001',
     '11111111-0000-4000-8000-000000000003', 'cccccccc-0000-4000-8000-000000000001', 'vda', 'INCREMENTAL', null,
     1048576, 65536, 1200, '1:2', true),
    ('11111111-0000-4000-8000-000000000003/cccccccc-0000-4000-8000-000000000002',
     '11111111-0000-4000-8000-000000000003', 'cccccccc-0000-4000-8000-000000000002', 'vdb', 'FULL',
     'TRACKING_UNSUPPORTED', 2097152, 2097152, 2000, '1:3', false);

insert into epoch (record_key, vm_id, disk_id, tracker, point_id, repository_id, token, valid_since, granularity_bytes,
    reason, attempt_incarnation, attempt_sequence, revision)
values
    ('bbbbbbbb-0000-4000-8000-000000000001/cccccccc-0000-4000-8000-000000000001/default',
     'bbbbbbbb-0000-4000-8000-000000000001',
     'cccccccc-0000-4000-8000-000000000001', 'default', '11111111-0000-4000-8000-000000000003', 'main', 'token-3',
     now() - interval '1 day', 65536, null, 3, 5, 3),
    ('bbbbbbbb-0000-4000-8000-000000000001/cccccccc-0000-4000-8000-000000000002/default',
     'bbbbbbbb-0000-4000-8000-000000000001',
     'cccccccc-0000-4000-8000-000000000002', 'default', null, null, null, null, 65536, 'TRACKING_UNSUPPORTED', 3, 5, 1);

insert into checkpoint (point_id, vm_id, state) values
    ('11111111-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000001', 'RETIRED'),
    ('11111111-0000-4000-8000-000000000002', 'bbbbbbbb-0000-4000-8000-000000000001', 'RETIRING'),
    ('11111111-0000-4000-8000-000000000003', 'bbbbbbbb-0000-4000-8000-000000000001', 'KEPT');

insert into point_hold (id, point_id, repository_id, reason, held_at)
values ('dddddddd-0000-4000-8000-0000000000f1', '11111111-0000-4000-8000-000000000001', 'main', 'evidence',
        '2026-01-03T12:00:00Z');

insert into restore_task (id, vm_id, point_id, repository_id, host_id, disks, new_domain_name, new_domain_uuid, state,
    attempt_incarnation, attempt_sequence, bytes_written, bytes_total, failure_reason, detail, created_at, deadline_at,
    ended_at, version)
values
    ('88888888-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000001',
     '11111111-0000-4000-8000-000000000001', 'main', 'aaaaaaaa-0000-4000-8000-000000000001',
     '[{"target":"vda","path":"/srv/web-new.qcow2","format":"qcow2"}]', 'web-new',
     'dddddddd-0000-4000-8000-000000000009', 'Succeeded', 3, 20, 1048576, 1048576, null, null,
     '2026-01-04T10:00:00Z', '2026-01-04T14:00:00Z', '2026-01-04T10:01:00Z', 3),
    ('88888888-0000-4000-8000-000000000002', 'bbbbbbbb-0000-4000-8000-000000000001',
     '11111111-0000-4000-8000-000000000001', 'main', 'aaaaaaaa-0000-4000-8000-000000000001',
     '[{"target":"vdb","path":"/srv/b.raw","format":"raw"}]', null, null, 'Failed', 3, 21, 0, 0, 'TIMED_OUT', 'too slow',
     '2026-01-04T11:00:00Z', '2026-01-04T12:00:00Z', '2026-01-04T12:00:00Z', 2);

insert into client (id, enrolled_at) values ('shop', '2026-01-01T00:00:00Z');
insert into client_request (record_key, client_id, correlation, gate, repository_id, vm_id, task_id, asked_at,
    answered_at, point_id, failure_reason, detail)
values ('shop/order-1', 'shop', 'order-1', 'DURABLE', 'main', 'bbbbbbbb-0000-4000-8000-000000000001',
        '99999999-0000-4000-8000-000000000003', '2026-01-04T01:59:00Z', '2026-01-04T02:05:00Z',
        '11111111-0000-4000-8000-000000000003', null, null);

insert into catalog_export (repository_id, export_id, state, digest, pages, detail, asked_at)
values ('main', '77777777-0000-4000-8000-000000000001', 'COMPLETE', repeat('a', 64), 1, null, '2026-01-04T20:00:00Z');
insert into catalog_export_page (repository_id, page, page_text) values ('main', 1, '{}');

insert into outbox (topic, record_key, headers, body, created_at)
values ('tidemark.events', 'ffffffff-0000-4000-8000-000000000001',
        '{"ce_specversion":"1.0","ce_id":"66666666-0000-4000-8000-000000000001","ce_type":"io.tidemark.run-ended.v1",
          "ce_source":"tidemark/orchestrator","ce_subject":"ffffffff-0000-4000-8000-000000000001",
          "ce_time":"2026-01-04T02:05:00Z"}',
        '{"run":"ffffffff-0000-4000-8000-000000000001","succeeded":1,"failed":0}', '2026-01-04T02:05:00Z');
insert into inbox (topic, message_id, handled_at)
values ('tidemark.host.aaaaaaaa-0000-4000-8000-000000000001.events', '66666666-0000-4000-8000-000000000002',
        '2026-01-04T02:05:00Z');
