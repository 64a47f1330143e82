/* Pieces of ELM JSON, as the translator writes them, for tests that need no CQL. */
#ifndef TEST_ELM_JSON_H
#define TEST_ELM_JSON_H

static const char *const head =
    "{\"library\":{\"identifier\":{\"id\":\"T\",\"version\":\"1\"},\"schemaIdentifier\":{\"id\":\"urn:hl7-org:elm\","
    "\"version\":\"r1\"},\"statements\":{\"def\":[";

#define SYS            "{urn:hl7-org:elm-types:r1}"
#define LIT(t, n)      "{\"type\":\"Literal\",\"valueType\":\"" SYS t "\",\"value\":\"" n "\"}"
#define I(n)           LIT("Integer", n)
#define D(n)           LIT("Decimal", n)
#define L(n)           LIT("Long", n)
#define S(n)           LIT("String", n)
#define Q(n, u)        "{\"type\":\"Quantity\",\"value\":" n ",\"unit\":\"" u "\"}"
#define B(o, x, y)     "{\"type\":\"" o "\",\"operand\":[" x "," y "]}"
#define U(o, x)        "{\"type\":\"" o "\",\"operand\":" x "}"
#define REF(n)         "{\"type\":\"ExpressionRef\",\"name\":\"" n "\"}"
#define DEF(n, x)      "{\"name\":\"" n "\",\"context\":\"Unfiltered\",\"accessLevel\":\"Public\",\"expression\":" x "}"
#define LIST(x)        "{\"type\":\"List\",\"element\":[" x "]}"
#define SOURCE(s, x)   "{\"alias\":\"" s "\",\"expression\":" x "}"
#define SPAN(from, to) "{\"type\":\"Interval\",\"low\":" from ",\"high\":" to ",\"lowClosed\":true,\"highClosed\":true}"

#define PART(n, x)     "{\"name\":\"" n "\",\"value\":" x "}"
#define MAKE(t, parts) "{\"type\":\"Instance\",\"classType\":\"" SYS t "\",\"element\":[" parts "]}"
#define CODE_OF(c, s)  MAKE("Code", PART("code", S(c)) "," PART("system", S(s)))
#define NIL            "{\"type\":\"Null\"}"
#define RETURN_ALL(s, of, x)                                                                                                   \
  "{\"type\":\"Query\",\"source\":[" SOURCE(s, of) "],\"return\":{\"distinct\":false,\"expression\":" x "}}"
#define ALIAS(s)   "{\"type\":\"AliasRef\",\"name\":\"" s "\"}"
#define PER(iv, n) "{\"type\":\"Expand\",\"operand\":[" iv "," Q(n, "1") "]}"

#define FUNCTION(n, body)                                                                                                      \
  "{\"type\":\"FunctionDef\",\"name\":\"" n                                                                                    \
  "\",\"context\":\"Unfiltered\",\"operand\":[{\"name\":\"n\",\"operandType\":\"" SYS "Integer\"}],\"expression\":" body "}"
#define CALL(n, x) "{\"type\":\"FunctionRef\",\"name\":\"" n "\",\"operand\":[" x "]}"
#define ARG        "{\"type\":\"OperandRef\",\"name\":\"n\"}"

#endif
