-- Policies of row-level security.
SELECT
    format('%I on %s', p.polname, p.polrelid::regclass),
    concat_ws(' ', p.polcmd, p.polpermissive,
              (SELECT string_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE role::regrole::text END, ', '
                                 ORDER BY role::regrole::text)
                 FROM unnest(p.polroles) AS role),
              'using ' || pg_get_expr(p.polqual, p.polrelid),
              'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p
