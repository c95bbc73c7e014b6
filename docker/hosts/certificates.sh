#!/bin/sh
# Makes a certificate authority of your own and a certificate for each machine, in the folder in which it is started. The
# private key of the authority, ca.key, is for no machine of these: keep it where only you can read it.
set -eu
umask 077

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj '/CN=Travel Recharge CA' \
  -addext 'keyUsage=critical,keyCertSign,cRLSign' -keyout ca.key -out ca.pem

certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr"
  printf 'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=%s\n' "$2" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 825 -extfile "$1.ext" -out "$1.pem"
  rm "$1.csr" "$1.ext"
}

certificate postgres IP:192.168.100.30
certificate redis IP:192.168.100.20
certificate api DNS:travel.example,IP:192.168.100.10
chmod 644 ca.pem postgres.pem redis.pem api.pem
