"""Hands on what comes: relay.py LISTEN-ADDRESS PORT TO-ADDRESS:PORT"""

import socket
import sys
import threading


def hand_on(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for each in (source, sink):
        try:
            each.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


host, port = sys.argv[3].rsplit(":", 1)
with socket.create_server((sys.argv[1], int(sys.argv[2]))) as server:
    while True:
        client, _ = server.accept()
        try:
            behind = socket.create_connection((host, int(port)), 5)
        except OSError:
            client.close()
            continue
        for pair in ((client, behind), (behind, client)):
            threading.Thread(target=hand_on, args=pair, daemon=True).start()
