// Inside the extension host: connects to the test's socket, runs each function it is sent with the `vscode` module, and answers
// with what comes out. One JSON object a line, both ways.
const { connect } = require('node:net');
const { createInterface } = require('node:readline');
const vscode = require('vscode');

exports.activate = (context) => {
  const socket = connect(process.env.STEPTOOL_TEST_SOCKET);
  const send = (message) => socket.write(`${JSON.stringify(message)}\n`);
  socket.on('connect', () => send({ hello: process.pid }));
  socket.on('error', () => {}); // the test is over
  createInterface(socket).on('line', async (line) => {
    const { id, body, argument } = JSON.parse(line);
    try {
      // compilers name functions by a helper that does not travel with them
      const call = eval(`const __name = (value) => value; (${body})`);
      send({ id, result: await call(vscode, argument) });
    } catch (error) {
      send({ id, error: error instanceof Error ? error.stack : String(error) });
    }
  });
  context.subscriptions.push({ dispose: () => socket.destroy() });
};
