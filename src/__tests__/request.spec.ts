import { request, RequestError } from '../request';
import { payload, serverThatAnswers } from './server';

async function refusal(answer: () => Response | Error): Promise<RequestError> {
  const { settings } = serverThatAnswers(answer);
  try {
    await request('version', settings);
  } catch (reason) {
    if (reason instanceof RequestError) {
      return reason;
    }
    throw reason;
  }
  throw new Error('the request was not refused');
}

describe('request', () => {
  it('asks below the base URL of the settings it is given', async () => {
    const { settings, asked } = serverThatAnswers(
      () => new Response(payload('version'))
    );
    expect(await request('version', settings)).toEqual({ version: '1.2.3' });
    expect(asked).toEqual(['GET /user/%C3%A4%20b/jupyterlab-dvc/version']);
  });

  it('keeps the problem that the server half names', async () => {
    const error = await refusal(
      () => new Response(payload('refused'), { status: 422 })
    );
    expect(error.status).toBe(422);
    expect(error.message).toBe('There is no such file.');
    expect(error.problem).toMatchObject({ cell: 2, line: 4 });
  });

  it.each([
    ['a page of a proxy', '<html>no</html>', 502],
    ['another JSON', '{"message": "Forbidden"}', 403],
    ['JSON that is no object', 'null', 404],
    ['nothing', '', 500]
  ])('has no problem where the refusal is %s', async (_, body, status) => {
    const error = await refusal(() => new Response(body, { status }));
    expect(error.status).toBe(status);
    expect(error.problem).toBeNull();
    expect(error.message).toContain(String(status));
  });

  it('has status 0 where no answer came', async () => {
    const error = await refusal(() => new TypeError('connection refused'));
    expect(error.status).toBe(0);
    expect(error.message).toContain('connection refused');
  });

  it('refuses an answer that is no JSON', async () => {
    const error = await refusal(() => new Response('<html>login</html>'));
    expect(error.status).toBe(200);
    expect(error.message).toContain('did not answer with JSON');
  });
});
