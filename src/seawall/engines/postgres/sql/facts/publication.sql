-- Publications and what they publish. Subscriptions are not here: a copy must not subscribe.
SELECT
    p.pubname,
    concat_ws(' ', (to_jsonb(p) - 'oid' - 'pubowner')::text,
              (SELECT string_agg(concat_ws(' ', r.prrelid::regclass,
                                           (to_jsonb(r) -> 'prattrs')::text), ', '
                                 ORDER BY r.prrelid::regclass::text)
                 FROM pg_publication_rel r WHERE r.prpubid = p.oid))
FROM pg_publication p
