/* SPDX-License-Identifier: Apache-2.0 */

/* Which backends have paths that lead to two public ones: each row has one
 * reason alone, or none. */

#include "fixture.h"

/* clang-format off */
static const struct {
    const char *what;
    setting set;
    const char *cookie; /* of "Path=/ctx" */
    int alone;          /* the backend named b.test */
} cases[] = {
    {"two backends",
     {{"/a/ http://b.test/ctx/", "/b/ http://c.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/a", 1},
    {"siblings",
     {{"/a/ http://b.test/ctx/", "/b/ http://b.test/ctxb/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/a", 1},
    {"twice the same",
     {{"/a/ http://b.test/ctx/", "<inner>", "/a/ http://b.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/a", 1},
    {"what is excluded does not count",
     {{"/a/ http://b.test/ctx/", "! http://b.test/ctx/never/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/a", 1},
    {"one path, two mounts",
     {{"/a/ http://b.test/ctx/", "<other>", "/b/ http://b.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/", 0},
    {"one path, two mounts, one on another host",
     {{"/a/ http://b.test/ctx/", "http://pub.test/a/b/ http://b.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/a", 0},
    {"a mount below the path",
     {{"/a/ http://b.test/ctx/", "/b/ http://b.test/ctx/sub/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/", 0},
    {"a mount above the path",
     {{"/b/ http://b.test/", "/a/ http://b.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/", 0},
    {"two names behind one mount",
     {{"/p/ http://b.test/ctx/", "/p/ http://c.test/z/",
       "/q/ http://c.test/ctx/"},
      "http://10.0.0.1/ctx/x", "http://pub.test/p/x"},
     "x=1; Path=/", 0},
    {"two names behind one mount, one for a host",
     {{"/p/ http://b.test/ctx/", "http://pub.test/p/ http://c.test/z/",
       "/q/ http://c.test/ctx/"},
      "http://10.0.0.1/ctx/x", "http://pub.test/p/x"},
     "x=1; Path=/", 0},
    {"two names behind one mount, and one that is forgotten",
     {{"/p/ /", "none", "/p/ http://b.test/ctx/", "/p/ http://c.test/z/",
       "/q/ http://c.test/ctx/"},
      "http://10.0.0.1/ctx/x", "http://pub.test/p/x"},
     "x=1; Path=/", 0},
    {"by another name in another section",
     {{"/p/ http://b.test/ctx/", "<other>", "/q/ http://10.0.0.1/ctx/"},
      "http://10.0.0.1/ctx/x", "http://pub.test/p/x"},
     "x=1; Path=/", 1},
    {"by another name outside of a section that inherits nothing",
     {{"/q/ http://10.0.0.1/ctx/", "<inner>", "none", "/p/ http://b.test/ctx/"},
      "http://10.0.0.1/ctx/x", "http://pub.test/p/x"},
     "x=1; Path=/", 1},
    {"two spellings of one mount",
     {{"/a/ http://b.test/ctx/", "/%61/ http://b.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/", 0},
    {"a name is the public authority",
     {{"/a/ http://b.test/ctx/", "/b/ http://pub.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x", .told = "http://pub.test"},
     "x=1; Path=/", 0},
    {"whatever backend answers",
     {{"/a/ http://b.test/ctx/", "/b/ /ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/", 0},
    {"one path, two mounts, one made for the request",
     {{"/a/ http://b.test/ctx/", "<made>", "/b/ http://b.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/b/x"},
     "x=1; Path=/", 0},
    {"one made for the request, beside another backend",
     {{"/a/ http://c.test/ctx/", "<made>", "/b/ http://b.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/b/x"},
     "x=1; Path=/b", 0},
    {"a file by itself",
     {{"<file>", "/a/ http://b.test/ctx/", "/b/ http://c.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/a", 1},
    {"a file beside lines about other backends",
     {{"/b/ http://c.test/ctx/", "<file>", "/a/ http://b.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/a", 1},
    {"one path, two mounts, one in a file",
     {{"/b/ http://b.test/ctx/", "<file>", "/a/ http://b.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/", 0},
    {"one path, two mounts, one in a file that is not in force",
     {{"<other file>", "/b/ http://b.test/ctx/", "<inner>",
       "/a/ http://b.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/", 0},
    {"two mounts in a file",
     {{"<file>", "/a/ http://b.test/ctx/", "/b/ http://b.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/", 0},
    {"a file beside a line about whatever backend answers",
     {{"/b/ /ctx/", "<file>", "/a/ http://b.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x"},
     "x=1; Path=/", 0},
    {"a name in a file is the public authority",
     {{"<file>", "/a/ http://b.test/ctx/", "/b/ http://pub.test/ctx/"},
      "http://b.test/ctx/x", "http://pub.test/a/x", .told = "http://pub.test"},
     "x=1; Path=/", 0},
};
/* clang-format on */

static int is_alone(const world *w)
{
    const revmap_rule *first = w->map->first;

    return first && first->backend->alone;
}

int main(void)
{
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        revmap_outcome outcome;
        world w = world_of(&cases[i].set);

        is_str(map_cookie(&w, "x=1; Path=/ctx", &outcome), cases[i].cookie,
               "%s: the cookie", cases[i].what);
        is_int(is_alone(&w), cases[i].alone, "%s: alone or not", cases[i].what);
        end_world(&w);
    }
    return done_testing();
}
