-- PostgreSQL: who ordered what, and who paid.
DROP TABLE IF EXISTS payments, orders;
CREATE TABLE orders (
    id bigserial PRIMARY KEY,
    customer text NOT NULL,
    product text NOT NULL,
    pieces integer NOT NULL CHECK (pieces > 0),
    price numeric(10, 2) NOT NULL,
    state text NOT NULL DEFAULT 'placed' CHECK (state IN ('placed', 'sent')),
    placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_to_send ON orders (id) WHERE state = 'placed';
CREATE TABLE payments (
    order_id bigint PRIMARY KEY REFERENCES orders (id),
    amount numeric(10, 2) NOT NULL,
    paid_at timestamptz NOT NULL DEFAULT now()
);
