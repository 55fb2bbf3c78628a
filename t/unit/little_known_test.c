/* Licensed under the Apache License, Version 2.0 (the
 * "License"); you may not use this file except in compliance with the
 * License.  You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

/* Requests of which little is known: without a Host header, answered by an AJP
 * backend, on a site without a name. */

#include "fixture.h"

typedef struct expectation {
    const char *value;
    revmap_use use;
    const char *expected;
} expectation;

/* clang-format off */
static const setting site = {
    .lines = {"https://pub.test/p/ http://b.test/app/",
              "https://www.test/w/ http://b.test/app/", "/q/ http://c.test/",
              "/r/ /bare/"},
    .requested = "http://b.test/app/x",
    .asked = "https://pub.test/p/x",
};

static const expectation without_host[] = {
    {"http://b.test/app/y", REVMAP_USE_REDIRECT, "https://pub.test/p/y"},
    {"/app/y",              REVMAP_USE_REDIRECT, "https://pub.test/p/y"},
    {"/bare/y",             REVMAP_USE_REDIRECT, "/r/y"},
    {"http://c.test/y",     REVMAP_USE_REDIRECT, "/q/y"},
    {"http://c.test/y",     REVMAP_USE_REFERENCE, "/q/y"},
    {"http://c.test/y",     REVMAP_USE_ABSOLUTE, "="},
    {"/app/y",              REVMAP_USE_PATH, "="},
    {"/bare/y",             REVMAP_USE_PATH, "/r/y"},
    {"//b.test/app/y",      REVMAP_USE_REDIRECT, "https://pub.test/p/y"},
    {"http://pub.test/x",   REVMAP_USE_REDIRECT, "="},
    {"/q/y",                REVMAP_USE_REDIRECT, "="},
    {"../y",                REVMAP_USE_REDIRECT, "="},
};

static const expectation by_ajp[] = {
    {"/bare/y",             REVMAP_USE_REDIRECT, "/r/y"},
    {"http://c.test/y",     REVMAP_USE_REDIRECT, "/q/y"},
    {"//c.test/y",          REVMAP_USE_REDIRECT, "/q/y"},
    {"//b.test:8009/app/y", REVMAP_USE_REDIRECT, "="},
    {"https://b.test:8009/app/y", REVMAP_USE_REDIRECT, "="},
    {"http://evil.test/",   REVMAP_USE_REDIRECT, "="},
};
/* clang-format on */

static void check(const world *w, const char *about, const expectation *rows,
                  size_t count)
{
    revmap_result result;
    size_t i;

    for (i = 0; i < count; i++) {
        is_str(evaluate(w, rows[i].value, rows[i].use, &result),
               rows[i].expected, "%s: '%s'", about, rows[i].value);
    }
}

#define CHECK(w, about, rows)                                                  \
    check(w, about, rows, sizeof(rows) / sizeof(*rows))

static void test_without_host(void)
{
    world w = world_of(&site);

    w.exchange.asked = NULL;
    revmap_exchange_prepare(&w.exchange);
    CHECK(&w, "no Host header", without_host);
    end_world(&w);
}

static void test_ajp(void)
{
    world w = world_of(&site);
    revmap_origin backend = *w.exchange.backend;

    backend.scheme = REVMAP_AJP;
    backend.port = 8009;
    w.exchange.backend = &backend;
    revmap_exchange_prepare(&w.exchange);
    CHECK(&w, "AJP", by_ajp);
    end_world(&w);
}

int main(void)
{
    test_without_host();
    test_ajp();
    return done_testing();
}
