#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
#
# Generated URLs and those of web-platform-tests, mapped by the engine and
# judged by the URL class of Node: t/fuzz/differential.js.

use strict;
use warnings;

use Test::More;

my $driver = $ENV{REVMAP_DRIVER} || 'build/plain/fuzz/differential';

if (system('node --version >/dev/null 2>&1') != 0) {
    plan skip_all => 'node is not installed';
}
if (!-x $driver) {
    plan skip_all => "no $driver: type 'make $driver'";
}
exec 'node', 't/fuzz/differential.js', $driver
    or BAIL_OUT("node: $!");
