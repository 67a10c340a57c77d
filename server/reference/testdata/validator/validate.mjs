// Reads OpenAPI documents, one JSON text a line, and prints for each the list of
// what the validator has against it, as JSON.
import { createInterface } from "node:readline";
import { Validator } from "@seriousme/openapi-schema-validator";

for await (const line of createInterface({ input: process.stdin })) {
  const complaints = [];
  try {
    const validator = new Validator();
    const result = await validator.validate(JSON.parse(line));
    if (!result.valid) complaints.push(JSON.stringify(result.errors));
    else validator.resolveRefs(); // throws on a reference that leads nowhere
  } catch (err) {
    complaints.push(String(err));
  }
  console.log(JSON.stringify(complaints));
}
