import { createPeer, learntHeaders, listen, read } from './peer-server';

/** Sends the same bytes to everybody. */
const app = createPeer();
const [body, headers] = [read('PEER_BODY'), learntHeaders()];
app.get(read('PEER_ROUTE'), (_request, reply) => reply.headers(headers).send(body));
void listen(app);
