/* SPDX-License-Identifier: Apache-2.0 */

/* WWW-Authenticate: the URLs of scheme Bearer. */

#include "field.h"

#include "revmap/bearer.h"

/* clang-format off */

#define B "http://b.test:8080/"
#define P "https://www.test/p/"

static const setting site = {
    .lines = {"/p/ " B},
    .requested = B "items",
    .asked = P "items",
    .own = "https://www.test",
    .is_200 = 1,
};

static const field fields[] = {
    {"a token service", "Bearer realm=\"" B "token\",service=\"b.test:8080\","
     "scope=\"repository:x:pull,push\"", "Bearer realm=\"" P "token\","
     "service=\"b.test:8080\",scope=\"repository:x:pull,push\"",
     REVMAP_MAPPED},
    {"metadata", "Bearer resource_metadata=\"" B ".well-known/x\"",
     "Bearer resource_metadata=\"" P ".well-known/x\"", 0},
    {"metadata, a path", "Bearer resource_metadata=\"/x\"",
     "Bearer resource_metadata=\"/p/x\"", 0},
    {"both", "Bearer realm=\"" B "t\", resource_metadata=\"" B "m\"",
     "Bearer realm=\"" P "t\", resource_metadata=\"" P "m\"", 0},
    {"case", "bEARER REALM=\"" B "t\"", "bEARER REALM=\"" P "t\"", 0},
    {"blanks", " Bearer \t realm \t= \"" B "t\" \t,\terror=\"x\" ",
     " Bearer \t realm \t= \"" P "t\" \t,\terror=\"x\" ", 0},
    {"blanks in the quotes", "Bearer realm=\" " B "t \"",
     "Bearer realm=\" " P "t \"", 0},
    {"commas", ",, Bearer ,, realm=\"" B "t\" ,,", ",, Bearer ,, realm=\"" P
     "t\" ,,", 0},
    {"a realm that is a name", "Bearer realm=\"b.test:8080\"", "=",
     REVMAP_NOTHING},
    {"a realm that is a name", "Bearer realm=\"/x\"", "=", REVMAP_NOTHING},
    {"a realm that is a name", "Bearer realm=\"http\"", "=", REVMAP_NOTHING},
    {"a realm that is a name", "Bearer realm=\"\"", "=", REVMAP_NOTHING},
    {"a realm that is a name", "Bearer realm=\"http:/x\"", "=",
     REVMAP_NOTHING},
    {"a realm that is a name", "Bearer realm=\"//b.test:8080/x\"", "=",
     REVMAP_NOTHING},
    {"foreign", "Bearer realm=\"https://auth.docker.io/token\"", "=",
     REVMAP_FOREIGN},
    {"public", "Bearer realm=\"" P "token\"", "=", REVMAP_ASKED_HOST},
    {"other parameters", "Bearer error_uri=\"" B "x\",scope=\"" B
     "x\",realms=\"" B "x\",xrealm=\"" B "\",realm*=\"" B "\"", "=",
     REVMAP_NOTHING},
    {"twice", "Bearer realm=\"" B "1\", realm=\"" B "2\"",
     "Bearer realm=\"" P "1\", realm=\"" P "2\"", 0},
    {"not quoted", "Bearer realm=" B "token,service=x",
     "Bearer realm=" P "token,service=x", 0},
    {"not quoted", "Bearer realm=" B "token?a=b ,x=y",
     "Bearer realm=" P "token?a=b ,x=y", 0},
    {"a query", "Bearer realm=\"" B "token?service=x\"",
     "Bearer realm=\"" P "token?service=x\"", 0},

    {"Basic, never", "Basic realm=\"" B "x\"", "=", REVMAP_NOTHING},
    {"Digest, never", "Digest realm=\"" B "x\", resource_metadata=\"" B
     "x\", domain=\"/x\"", "=", REVMAP_NOTHING},
    {"a longer name", "Bearers realm=\"" B "x\"", "=", REVMAP_NOTHING},
    {"a shorter name", "Beare realm=\"" B "x\"", "=", REVMAP_NOTHING},
    {"no scheme", "realm=\"" B "x\"", "=", REVMAP_NOTHING},
    {"several challenges", "Basic realm=\"" B "1\", Bearer realm=\"" B
     "2\", Digest realm=\"" B "3\"", "Basic realm=\"" B
     "1\", Bearer realm=\"" P "2\", Digest realm=\"" B "3\"", 0},
    {"behind one without parameters", "Negotiate, Bearer realm=\"" B "\"",
     "Negotiate, Bearer realm=\"" P "\"", 0},
    {"behind a token68", "Negotiate oRQwEqADCg/+==, Bearer realm=\"" B "\"",
     "Negotiate oRQwEqADCg/+==, Bearer realm=\"" P "\"", 0},
    {"behind a token68", "NTLM a=, Bearer realm=\"" B "\"",
     "NTLM a=, Bearer realm=\"" P "\"", 0},
    {"a token68 of its own", "Bearer realm, realm=\"" B "\"",
     "Bearer realm, realm=\"" P "\"", 0},
    {"Bearer ends at the next scheme", "Bearer, Basic, realm=\"" B "\"", "=",
     REVMAP_NOTHING},
    {"Bearer ends at the next scheme", "Bearer x=\"y\", Basic realm=\"" B
     "\"", "=", REVMAP_NOTHING},
    {"Bearer in a quoted string", "Basic realm=\"x, Bearer realm=" B "\"", "=",
     REVMAP_NOTHING},
    {"Bearer in a quoted string", "Basic realm=\"\\\", Bearer realm=\\\"" B
     "\"", "=", REVMAP_NOTHING},
    {"a quote in a quoted string", "Bearer error=\"a\\\"b, c\", realm=\"" B
     "\"", "Bearer error=\"a\\\"b, c\", realm=\"" P "\"", 0},

    {"quoted-pairs", "Bearer realm=\"http:\\/\\/b.test:8080\\/\\t/x\"",
     "Bearer realm=\"https://www.test/p\\/\\t/x\"", 0},
    {"quoted-pairs", "Bearer realm=\"" B "x?\\\"y\\\\z\\\"\"",
     "Bearer realm=\"" P "x?\\\"y\\\\z\\\"\"", 0},
    {"quoted-pairs", "Bearer realm=\"" B "x\\\\y\"", "=", REVMAP_NOTHING},
    {"quoted-pairs", "Bearer realm=\"" B "a/../x\\\"y\"", "=", REVMAP_UNFIT},
    {"a user name behind a quoted-pair",
     "Bearer realm=\"http://b.test:8080\\@o.test/\"", "=", REVMAP_NOTHING},

    {"up to the error: text", "Bearer realm=\"" B "1\" x, realm=\"" B "2\"",
     "Bearer realm=\"" P "1\" x, realm=\"" B "2\"", 0},
    {"up to the error: no comma", "Bearer realm=\"" B "1\" realm=\"" B "2\"",
     "Bearer realm=\"" P "1\" realm=\"" B "2\"", 0},
    {"up to the error: no quote", "Bearer realm=\"" B "1\", realm=\"" B "2",
     "Bearer realm=\"" P "1\", realm=\"" B "2", 0},
    {"up to the error: no quote", "Bearer realm=\"" B "\\\"", "=", 0},
    {"up to the error: no quote", "Bearer realm=\"" B "\\", "=", 0},
    {"up to the error: no name", "Bearer =\"x\", realm=\"" B "\"", "=", 0},
    {"up to the error: no name", "Bearer a=b, \"x\", realm=\"" B "\"", "=", 0},
    {"up to the error: semicolon", "Bearer a=b; realm=\"" B "\"", "=", 0},
    {"up to the error: two schemes", "Bearer Basic realm=\"" B "\"", "=", 0},
    {"nothing", "", "=", REVMAP_NOTHING},
    {"nothing", " , ", "=", REVMAP_NOTHING},
    {"control byte", "Bearer realm=\"" B "\x01\"", "=", REVMAP_BAD_BYTE},
    {"bytes above", "Bearer error=\"\xFF\", realm=\"" B "\xC3\xA4\"",
     "Bearer error=\"\xFF\", realm=\"" P "\xC3\xA4\"", 0},
};

/* A program cannot resolve a path that takes the place of a URL. */
static const setting nameless = {
    .lines = {"/p/ " B, "https://o.test/ http://o.internal/"},
    .requested = B "items",
    .asked = P "items",
};

static const field absolute[] = {
    {"no origin is known", "Bearer realm=\"" B "x\"", "=", REVMAP_UNFIT},
    {"the rule has one", "Bearer realm=\"http://o.internal/x\"",
     "Bearer realm=\"https://o.test/x\"", 0},
    {"a path stays one", "Bearer resource_metadata=\"/x\"",
     "Bearer resource_metadata=\"/p/x\"", 0},
};

static const setting odd = {
    .lines = {"rewrite /q(/.*) /y?a=\"b\",$1", "/p/ " B},
    .requested = B "items",
    .asked = P "items",
    .own = "https://www.test",
};

static const field unfit[] = {
    {"a quote", "Bearer realm=\"" B "q/x\"", "=", REVMAP_UNFIT},
    {"a comma", "Bearer realm=" B "q/x", "=", REVMAP_UNFIT},
};

/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check_costs(void)
{
    static const char *const texts[] = {
        ",",  "a",  "a ",       "a=",           "=",   "a=b,",
        "\"", "\\", "\\\"",     "Bearer ",      "a b", "Bearer realm=\"/\",",
        "a,", " ",  "a=\"b\",", "realm=" B ",",
    };
    static const char *const heads[] = {
        "", "Bearer ", ("Bearer realm=\"" B), "Bearer realm=", "a ",
    };
    size_t i;
    size_t j;

    for (i = 0; i < COUNT(texts); i++) {
        for (j = 0; j < COUNT(heads); j++) {
            check_linear(&site, revmap_bearer_map, heads[j], texts[i]);
        }
    }
    check_no_allocation(&site, revmap_bearer_map,
                        "Basic realm=\"x\", Bearer realm=\"http://o.test/\"");
}

static void check_odd(void)
{
    static const char *const pieces[] = {
        "Bearer ",
        "Bearer ",
        "Basic ",
        "realm=",
        "realm",
        "=",
        "\"",
        "\"" B,
        B,
        ",",
        ", ",
        " ",
        "\\",
        "a=b",
        "x",
        "\t",
        "\"" B "\"",
        "\\\"",
        "Bearer realm=\"" B,
        "/",
        "==",
        "realm=\"" B "x\"",
    };
    setting set = site;

    set.lines[0] = P " " B;
    set.requested = B;
    set.asked = P;
    check_random(&set, revmap_bearer_map, pieces, COUNT(pieces), P);
}

int main(void)
{
    check_fields(&site, revmap_bearer_map, fields, COUNT(fields));
    check_fields(&nameless, revmap_bearer_map, absolute, COUNT(absolute));
    check_fields(&odd, revmap_bearer_map, unfit, COUNT(unfit));
    check_costs();
    check_odd();
    return done_testing();
}
