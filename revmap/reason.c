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

static const char *const words[REVMAP_REASONS] = {
    "not looked at",
    "mapped",
    "nothing in it to map",
    "already what it maps to",
    "foreign: no rule names its origin",
    "on the host that the client asked, which no rule names",
    "the backend's, but below no rule",
    "excluded by RevMap !",
    "already public",
    "below the public side of another backend",
    "would loop: it maps to the URL just requested",
    "the same document",
    "relative, and reads right on both sides",
    "relative, and the URL that the backend was asked for is unknown",
    "screened: control byte",
    "screened: backslash",
    "screened: scheme",
    "screened: user name in the authority",
    "screened: host",
    "screened: port",
    "RevMapRewrite made no URL of it",
    "what it maps to cannot be written in its place",
    "a __Host- cookie, which must keep its Path and Domain",
    "over 1024 bytes, which browsers ignore",
};

const char *revmap_reason_words(revmap_reason reason)
{
    return words[reason];
}
