/**
 * Months: partitions made ahead of time, and detached when no log needs them any more.
 *
 * Both are functions of the database that run with its owner's rights: a worker may ask for them, and cannot take away anything else. What
 * may go, the function finds out for itself.
 */

/** How many months are made ahead, the present one included. */
export const monthsAhead = 3;

/** Functions run as their owner, so nobody's search path may lead them elsewhere. */
const asOwner = 'SECURITY DEFINER SET search_path = pg_catalog, pg_temp';

/** Made with the tables. */
export const monthFunctions: readonly string[] = [
  `CREATE FUNCTION ven.make_months(ahead int) RETURNS int LANGUAGE plpgsql ${asOwner} AS $$
DECLARE
  first timestamptz := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
  month timestamptz;
  parent text;
  name text;
  made int := 0;
BEGIN
  IF ahead NOT BETWEEN 1 AND 24 THEN RAISE EXCEPTION 'Between 1 and 24 months are made ahead.'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('ven.months'));
  FOR number IN 0 .. ahead - 1 LOOP
    month := (first AT TIME ZONE 'UTC' + make_interval(months => number)) AT TIME ZONE 'UTC';
    FOREACH parent IN ARRAY ARRAY['entry', 'wire'] LOOP
      name := parent || to_char(month AT TIME ZONE 'UTC', '_YYYY_MM');
      CONTINUE WHEN to_regclass('ven.' || name) IS NOT NULL;
      -- A month that has begun without its partition stays in the default one: what lies there is not moved.
      CONTINUE WHEN ven.default_holds(parent, month, (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
      EXECUTE format('CREATE TABLE ven.%I PARTITION OF ven.%I FOR VALUES FROM (%L) TO (%L)',
        name, parent, month, (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$`,
  `CREATE FUNCTION ven.detach_months(keep interval) RETURNS SETOF text LANGUAGE plpgsql ${asOwner} SET lock_timeout = '2s' AS $$
DECLARE
  part record;
  needed boolean;
BEGIN
  IF keep < interval '1 day' THEN RAISE EXCEPTION 'A detached month is kept for a day at least.'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('ven.months'));
  FOR part IN
    SELECT c.relname AS name, p.relname AS parent
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
    WHERE i.inhparent IN ('ven.entry'::regclass, 'ven.wire'::regclass)
      AND c.relname ~ '^(entry|wire)_[0-9]{4}_[0-9]{2}$'
      AND right(c.relname, 7) < to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY_MM')
  LOOP
    IF part.parent = 'wire' THEN
      EXECUTE format('SELECT EXISTS (SELECT FROM ven.%I)', part.name) INTO needed;
    ELSE
      EXECUTE format('SELECT EXISTS (SELECT FROM (SELECT ven_id, max(position) AS last FROM ven.%I GROUP BY ven_id) e
        JOIN ven.log l USING (ven_id) WHERE e.last > l.base_position)', part.name) INTO needed;
    END IF;
    CONTINUE WHEN needed;
    EXECUTE format('ALTER TABLE ven.%I DETACH PARTITION ven.%I', part.parent, part.name);
    INSERT INTO ven.detached_month (name) VALUES (part.name) ON CONFLICT DO NOTHING;
    RETURN NEXT part.name;
  END LOOP;
  FOR part IN SELECT d.name FROM ven.detached_month d WHERE d.detached_at < clock_timestamp() - keep LOOP
    EXECUTE format('DROP TABLE IF EXISTS ven.%I', part.name);
    DELETE FROM ven.detached_month d WHERE d.name = part.name;
  END LOOP;
END $$`,
  `CREATE FUNCTION ven.default_holds(parent text, from_time timestamptz, to_time timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM ven.%I WHERE stored_at >= $1 AND stored_at < $2)', parent || '_default')
    INTO found USING from_time, to_time;
  RETURN found;
END $$`,
  'REVOKE EXECUTE ON FUNCTION ven.make_months(int), ven.detach_months(interval), ven.default_holds(text, timestamptz, timestamptz) FROM PUBLIC',
];
