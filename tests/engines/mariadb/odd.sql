CREATE TABLE floats (id int PRIMARY KEY, f float, d double, g float(7,2), n decimal(10,2) unsigned zerofill);
INSERT INTO floats VALUES (1, 1.1e-38, 5e-324, 12345.67, 1), (2, 16777216, 1.7976931348623157e308, -0.01, 1.00),
 (3, -0e0, -0e0, 0, 0), (4, 0.1, 0.1, 1.10, 99999999.99), (5, 3.4028234e38, 1e22, null, null);
CREATE TABLE times (d date, m datetime(6), s timestamp(6) NULL, t time(6), y year);
INSERT INTO times VALUES ('0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00', '838:59:59.999999', 0),
 ('2024-00-31', '1000-01-01 00:00:00.000001', '1970-01-01 00:00:01', '-00:00:00.000001', 1901),
 ('9999-12-31', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07.999999', '00:00:00', 2155);
CREATE TABLE texts (a varchar(50) CHARACTER SET latin1, b varchar(50) CHARACTER SET ucs2,
 c text CHARACTER SET sjis, d char(10) CHARACTER SET utf8mb3, e varchar(20) COLLATE utf8mb4_bin,
 f enum('é', 'x') CHARACTER SET latin1, g set('ü', 'y') CHARACTER SET latin1, h longtext);
INSERT INTO texts VALUES ('éÿ', 'é漢', 'テスト', '漢', 'A', 'é', 'ü,y', concat(repeat('\\\'"', 10), char(0, 10, 13, 26))),
 ('', '', '', '', '', 'x', '', ''), (null, null, null, null, 'a ', null, null, null), ('a', 'a', 'a', 'a', 'a', 'x', 'y', 'a');
CREATE TABLE raws (b bit(64), v binary(4), w varbinary(10), t tinyblob, l longblob, p point, g geometrycollection,
 j json CHECK (json_valid(j)), u uuid, i4 inet4, i6 inet6);
INSERT INTO raws VALUES (0xffffffffffffffff, 0x00ff, '', 0x5c27, repeat(0xff, 70000), POINT(1, -0.1),
 ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))'), '{"k": 1.0}', uuid(), '10.0.0.1', 'fe80::1'),
 (0, 'abcd', 0x00, '', '', null, null, null, null, null, null);
CREATE TABLE made (a int, b int AS (a * 2) VIRTUAL, c int AS (a + 1) STORED, d int INVISIBLE DEFAULT 7, KEY (b));
INSERT INTO made (a, d) VALUES (1, 1), (null, null);
CREATE TABLE `odd ``name; DROP` (`a "b" 'c'` int, `éü` int, UNIQUE KEY `k``` (`éü`));
INSERT INTO `odd ``name; DROP` VALUES (1, 2);
CREATE TABLE parent (id int PRIMARY KEY AUTO_INCREMENT, x int CHECK (x > 0)) AUTO_INCREMENT = 100;
CREATE TABLE child (id int, pid int, FOREIGN KEY (pid) REFERENCES parent (id) ON DELETE CASCADE);
INSERT INTO parent VALUES (1, 1);
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
INSERT INTO parent VALUES (0, 1);
SET sql_mode = '', foreign_key_checks = 0, check_constraint_checks = 0;
INSERT INTO child VALUES (1, 999), (2, 1);
INSERT INTO parent VALUES (2, -5);
CREATE TABLE parts (id int, y int) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE);
INSERT INTO parts VALUES (1, 1), (2, 50);
CREATE TABLE remembered (id int PRIMARY KEY, v int) WITH SYSTEM VERSIONING;
INSERT INTO remembered VALUES (1, 1);
UPDATE remembered SET v = 2;
CREATE TABLE squeezed (id int, t text COMPRESSED) ROW_FORMAT = COMPRESSED;
INSERT INTO squeezed VALUES (1, repeat('squeeze ', 500));
CREATE SEQUENCE down START WITH -1 INCREMENT BY -1 MINVALUE -100 MAXVALUE -1 CACHE 2;
SELECT nextval(down);
CREATE SEQUENCE round CYCLE MAXVALUE 10 CACHE 2;
CREATE TABLE counted (id bigint DEFAULT nextval(down));
INSERT INTO counted VALUES ();
CREATE VIEW z_first AS SELECT id FROM parent;
CREATE VIEW a_second AS SELECT id AS `é;` FROM z_first WHERE id IN (SELECT pid FROM child);
CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW checked AS SELECT id, x FROM parent WHERE x > 0 WITH CASCADED CHECK OPTION;
CREATE PROCEDURE many(IN n int, OUT o int) COMMENT 'it''s; odd' BEGIN DECLARE x int; SET x = n; SELECT 'é;' INTO @y; SET o = x; END;
CREATE FUNCTION one() RETURNS varchar(10) CHARACTER SET latin1 NO SQL RETURN 'é';
SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT';
CREATE FUNCTION "two"(a text) RETURNS text RETURN a || "one"();
SET sql_mode = 'ORACLE';
CREATE PACKAGE pack AS FUNCTION f RETURN int; END;
CREATE PACKAGE BODY pack AS FUNCTION f RETURN int AS BEGIN RETURN 1; END; END;
SET sql_mode = '';
CREATE TRIGGER second BEFORE UPDATE ON parent FOR EACH ROW SET NEW.x = NEW.x + 1;
CREATE TRIGGER first BEFORE UPDATE ON parent FOR EACH ROW PRECEDES second SET NEW.x = NEW.x * 2;
CREATE EVENT once ON SCHEDULE AT '2001-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE DO SELECT 1;
CREATE EVENT often ON SCHEDULE EVERY 3 HOUR STARTS '2030-01-01 00:00:00' COMMENT 'é' DO BEGIN DELETE FROM child; END;
CREATE ROLE test_role;
CREATE USER test_one@'%' IDENTIFIED BY 'canary-one' REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 5 PASSWORD EXPIRE NEVER;
CREATE USER test_two@localhost ACCOUNT LOCK;
CREATE USER test_named@'web.example' IDENTIFIED BY 'canary-three';
GRANT SELECT ON app.* TO test_role;
GRANT SELECT ON app.parent TO test_named@'web.example';
GRANT test_role TO test_one@'%' WITH ADMIN OPTION;
SET DEFAULT ROLE test_role FOR test_one@'%';
GRANT SELECT (id), UPDATE (x) ON app.parent TO test_two@localhost;
CREATE TABLE app.`dropped (``later``)` (id int, `a, ``b``)` int);
GRANT INSERT, SELECT (id, `a, ``b``)`) ON app.`dropped (``later``)` TO test_two@localhost WITH GRANT OPTION;
GRANT DELETE ON app.`dropped (``later``)` TO test_role;
DROP TABLE app.`dropped (``later``)`;
CREATE TABLE app.narrowed (id int, gone int);
GRANT SELECT (id, gone), UPDATE (gone), INSERT ON app.narrowed TO test_two@localhost;
GRANT UPDATE (gone) ON app.narrowed TO test_role;
ALTER TABLE app.narrowed DROP COLUMN gone;
GRANT EXECUTE ON PROCEDURE app.many TO test_two@localhost;
GRANT INSERT ON *.* TO test_two@localhost WITH GRANT OPTION;
