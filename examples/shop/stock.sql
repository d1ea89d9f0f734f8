-- MariaDB: what lies on the shelves, and what left them for which order.
DROP TABLE IF EXISTS movements, levels;
CREATE TABLE levels (
    product varchar(20) PRIMARY KEY,
    pieces int NOT NULL
);
CREATE TABLE movements (
    order_id bigint PRIMARY KEY,
    product varchar(20) NOT NULL,
    pieces int NOT NULL,
    moved_at datetime(6) NOT NULL DEFAULT current_timestamp(6),
    FOREIGN KEY (product) REFERENCES levels (product)
);
