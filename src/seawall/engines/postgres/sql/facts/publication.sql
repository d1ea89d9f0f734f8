-- Publications and what they publish. Subscriptions are not here: a copy must not subscribe.
SELECT
    p.pubname,
    concat_ws(' ', p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, p.pubviaroot,
              (SELECT string_agg(concat_ws(' ', r.prrelid::regclass,
                                           to_jsonb(r) ->> 'prattrs'), ', '
                                 ORDER BY r.prrelid::regclass::text)
                 FROM pg_publication_rel r WHERE r.prpubid = p.oid))
FROM pg_publication p
