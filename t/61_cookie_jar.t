#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
#
# The cookies of the http-state working group and generated ones: a jar that is
# fed through the engine sends what one does that is fed by the backend. The
# jar is tough-cookie, which `make test-cookies` fetches.

use strict;
use warnings;

use Test::More;

my $driver = $ENV{REVMAP_JAR} || 'build/plain/jar/driver';

if (system('node --version >/dev/null 2>&1') != 0) {
    plan skip_all => 'node is not installed';
}
if (!-d 'build/jar/node_modules') {
    plan skip_all => "no tough-cookie: type 'make test-cookies'";
}
if (!-x $driver) {
    plan skip_all => "no $driver: type 'make $driver'";
}
exec 'node', 't/jar/jar.js', $driver, 'build/jar'
    or BAIL_OUT("node: $!");
