-- Two databases with equal answers lie on one server.
SELECT @@global.hostname, @@global.port, @@global.socket, @@global.datadir
