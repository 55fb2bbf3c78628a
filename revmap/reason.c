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

#include "revmap/reason.h"

/* clang-format off */
static const struct {
    const char *name;
    const char *words;
} reasons[REVMAP_REASONS] = {
    { "ok", "not looked at" },
    { "mapped", "mapped" },
    { "nothing", "nothing in it to map" },
    { "same", "already what it maps to" },
    { "foreign", "foreign: no rule names its origin" },
    { "asked-host", "on the host that the client asked, which no rule names" },
    { "outside", "the backend's, but below no rule" },
    { "excluded", "excluded by RevMap !" },
    { "already-public", "already public" },
    { "other-mount", "below the public side of another backend" },
    { "loop", "would loop: it maps to the URL just requested" },
    { "same-document", "the same document" },
    { "reads-right", "relative, and reads right on both sides" },
    { "no-base", "relative to a URL that is not known" },
    { "bad-byte", "screened: control byte" },
    { "bad-backslash", "screened: backslash" },
    { "bad-scheme", "screened: scheme" },
    { "bad-userinfo", "screened: user name in the authority" },
    { "bad-host", "screened: host" },
    { "bad-port", "screened: port" },
    { "bad-result", "RevMapRewrite made no URL of it" },
    { "unfit", "what it maps to cannot be written in its place" },
    { "cookie-prefix",
      "a __Host- cookie, which must keep its Path and Domain" },
    { "too-long", "over 1024 bytes, which browsers ignore" },
    { "not-own", "not on a host of this virtual host" },
    { "no-mount", "below no rule's public side" },
    { "kept", "kept by RevMapCookie" },
    { "needs-secure",
      "SameSite=None and Partitioned need Secure, or browsers reject the "
      "cookie" },
    { "needs-flag", "without this flag browsers reject the cookie" },
    { "name-too-long",
      "with the new name over 4096 bytes, which browsers reject" },
    { "name-taken", "the new name is that of another cookie" },
};
/* clang-format on */

const char *revmap_reason_name(revmap_reason reason)
{
    return reasons[reason].name;
}

const char *revmap_reason_words(revmap_reason reason)
{
    return reasons[reason].words;
}
