/**
 * Signatures as AWS publishes them (aws-sig-v4-test-suite: get-vanilla, post-vanilla, get-space), and one as the signer of
 * its SDK for JavaScript makes it (@smithy/signature-v4 5).
 */
import { expect, it } from "vitest";
import { type Signing, signatureHeaders } from "../../lib/edge/sigv4.ts";

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const signing: Signing = { region: "us-east-1", service: "service", credentials };
const nowMs = Date.parse("2015-08-30T12:36:00Z");
const plain = { host: "example.amazonaws.com", path: "/", body: "" };

it.each([
  ["GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
  ["POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
  ["GET", "/example space/", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"],
])("signs %s %s as published", (method, path, signature) => {
  expect(signatureHeaders({ ...plain, method, path }, signing, nowMs)).toEqual({
    "x-amz-date": "20150830T123600Z",
    authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  });
});

it("signs a post to a connection as the SDK's signer does, path encoded twice and token included", () => {
  const request = {
    method: "POST",
    host: "abc123.execute-api.eu-west-1.amazonaws.com",
    path: "/prod/@connections/L0SM9cOFvHcCIhw%3D",
    body: '{"type":"pong"}',
  };
  const role = { ...credentials, sessionToken: "EXAMPLE/session+token==" };
  const told = signatureHeaders(
    request,
    { region: "eu-west-1", service: "execute-api", credentials: role },
    nowMs,
  );
  expect(told).toEqual({
    "x-amz-date": "20150830T123600Z",
    "x-amz-security-token": "EXAMPLE/session+token==",
    authorization:
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=82248a06774ceb0603d9fc7c57b8744fb3db0e16fae2940e5f29ecc5b63ad2a1",
  });
});

it("signs another text when method, path, body, host, time, region or service differ", () => {
  const request = { ...plain, method: "POST", path: "/prod/@connections/a%3D", body: "text" };
  const all = [
    signatureHeaders(request, signing, nowMs),
    signatureHeaders({ ...request, method: "DELETE" }, signing, nowMs),
    signatureHeaders({ ...request, path: "/prod/@connections/a=" }, signing, nowMs),
    signatureHeaders({ ...request, body: "texT" }, signing, nowMs),
    signatureHeaders({ ...request, host: "example.com" }, signing, nowMs),
    signatureHeaders(request, signing, nowMs + 1000),
    signatureHeaders(request, { ...signing, region: "eu-west-1" }, nowMs),
    signatureHeaders(request, { ...signing, service: "execute-api" }, nowMs),
  ].map(({ authorization = "" }) => authorization.split("Signature=")[1]);
  expect(new Set(all).size).toBe(all.length);
});
