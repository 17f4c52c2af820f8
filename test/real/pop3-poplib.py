# Every command of Python's poplib against the server of pop3-clients.test.ts; prints what it saw as JSON.
import hashlib, json, poplib, ssl, sys

port, ssl_port, certificate = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
context = ssl.create_default_context(cafile=certificate)
seen = {}

box = poplib.POP3('127.0.0.1', port, timeout=20)
seen['capa'] = sorted(box.capa())
seen['utf8'] = box.utf8().decode()
seen['user'] = box.user('dina').decode()
seen['pass'] = box.pass_('secret').decode()
seen['stat'] = box.stat()
seen['list'] = [line.decode() for line in box.list()[1]]
seen['list 2'] = box.list(2).decode()
seen['uidl'] = [line.decode() for line in box.uidl()[1]]
seen['uidl 1'] = box.uidl(1).decode()
seen['top'] = [line.decode() for line in box.top(2, 1)[1]]
reply, lines, octets = box.retr(2)
seen['retr'] = [line.decode('latin1') for line in lines]
seen['retr octets'] = octets
# All that a message may hold, unstuffed by somebody else's code.
whole = b''.join(line + b'\r\n' for line in box.retr(4)[1])
seen['all octets'] = hashlib.sha256(whole).hexdigest()
seen['noop'] = box.noop().decode()
seen['dele'] = box.dele(1).decode()
seen['stat after dele'] = box.stat()
seen['rset'] = box.rset().decode()
seen['stat after rset'] = box.stat()
try:
    box.retr(9)
except poplib.error_proto as error:
    seen['retr 9'] = str(error)
box.dele(3)
seen['quit'] = box.quit().decode()

box = poplib.POP3('127.0.0.1', port, timeout=20)
seen['apop'] = box.apop('dina', 'secret').decode()
seen['stat later'] = box.stat()
box.quit()

box = poplib.POP3('127.0.0.1', port, timeout=20)
seen['stls'] = box.stls(context=context).decode()
seen['capa tls'] = sorted(box.capa())
box.user('dina')
seen['pass tls'] = box.pass_('secret').decode()
box.quit()

box = poplib.POP3_SSL('127.0.0.1', ssl_port, context=context, timeout=20)
box.user('dína')
seen['utf8 name'] = box.pass_('rahasia é').decode()
box.dele(1)
box.close()  # without QUIT

print(json.dumps(seen))
