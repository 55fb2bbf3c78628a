# SPDX-License-Identifier: Apache-2.0

package RevMap::Config;

# Asks `httpd -t` about a few lines of configuration.

use strict;
use warnings;

use Exporter qw(import);
use File::Temp qw(tempdir);

use RevMap::Test;

our @EXPORT = qw(config_test config_dump refused warned accepted);

# Writes the lines into a server configuration of their own and returns httpd's
# verdict: exit status and everything that it wrote.
sub config_test {
    my ($lines, @arguments) = @_;
    my $dir = tempdir(CLEANUP => 1);
    my ($httpd, $modules) = (setting('httpd'), setting('httpd_conf'));
    open my $file, '>', "$dir/httpd.conf" or die "$dir/httpd.conf: $!\n";
    print {$file} <<"END", $lines, "\n";
ServerRoot "$dir"
ServerName front.test
Listen 127.0.0.1:1
PidFile "$dir/httpd.pid"
ErrorLog "$dir/error_log"
DefaultRuntimeDir "$dir"
Include "$modules"
END
    close $file;
    write_map_files($dir, $lines);
    my $output = `'$httpd' -t -f '$dir/httpd.conf' @arguments 2>&1`;
    return ($? >> 8 || $? & 127, $output);
}

# "RevMapFile conf/x.map" needs its file, which the User of httpd can read.
sub write_map_files {
    my ($dir, $lines) = @_;
    my @names = $lines =~ m{^\s*RevMapFile conf/([\w.]+)}mg or return;
    mkdir "$dir/conf" or die "$dir/conf: $!\n";
    for my $name (@names) {
        open my $file, '>', "$dir/conf/$name" or die "$name: $!\n";
        print {$file} "/$name/ http://$name.test/\n";
        close $file;
    }
    chmod 0755, $dir, "$dir/conf";
    return;
}

# Each row: [$lines, qr/what httpd must say/, $name].
# The name is optional: the last of the lines is as good.
sub refused {
    my ($rows) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    verdict('refused', 1, @$_) for @$rows;
    return;
}

sub warned {
    my ($rows) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    verdict('warned of', 0, @$_) for @$rows;
    return;
}

# Each row: [$lines, $name]. Nothing may be said about RevMap.
sub accepted {
    my ($rows) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    verdict('accepted', 0, $_->[0], undef, $_->[1]) for @$rows;
    return;
}

sub verdict {
    my ($word, $status, $lines, $pattern, $name) = @_;
    my ($exit, $output) = config_test($lines);
    if (!defined $name) {
        ($name) = $lines =~ /^\s*(\S*RevMap.*?)\s*$/m;
        $name = $lines if !defined $name;
    }
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    # A directive that does not exist is no proof of anything.
    my $right = ($exit ? 1 : 0) == $status
        && $output !~ /Invalid command/
        && (defined $pattern ? $output =~ $pattern : $output !~ /revmap/i);
    ok($right, "$word: $name")
        or diag("exit status $exit, ",
            defined $pattern ? "wanted: $pattern\n" : "wanted: silence\n",
            "configuration:\n$lines\nhttpd said:\n$output");
    return;
}

# The output of `httpd -t -D WHAT` for the lines.
sub config_dump {
    my ($lines, $what) = @_;
    my ($exit, $output) = config_test($lines, '-D', $what);
    return $output;
}

1;
