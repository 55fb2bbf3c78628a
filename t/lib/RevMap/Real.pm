# SPDX-License-Identifier: Apache-2.0

package RevMap::Real;

# Real applications and servers, for the tests t/5*.t and t/62_*.t to
# t/66_*.t. Each is started by its
# test, from a copy of t/real/NAME in a directory of its own.
#
#   my $program = program('php-fpm', '/usr/sbin/php-fpm*'); # or is skipped
#   my $dir     = workplace('php');     # others may read what is in it
#   write_file("$dir/php-fpm.conf", ...);
#   my ($status, $output) = run_program("$dir", 'svn', 'info', ...);
#   $server->write_config(site($port, "ProxyPass ..."));    # RevMap::Server

use strict;
use warnings;

use Exporter qw(import);
use File::Temp ();
use POSIX ();

use RevMap::Test;

our @EXPORT = qw(program not_installed workplace write_file runs_as
    certificate run_program site);

use constant PATIENCE => 60;            # seconds for a program to end

# The path of a program: the last one of a pattern, or what is found in PATH,
# to which the directories of system programs are added. The file is skipped
# if there is none.
sub program {
    my ($name, @patterns) = @_;
    push @patterns, map { "$_/$name" }
        split(/:/, $ENV{PATH}), qw(/usr/sbin /usr/local/sbin);
    for my $pattern (@patterns) {
        my ($path) = reverse grep { -x && !-d } sort glob $pattern;
        return $path if defined $path;
    }
    return not_installed($name);
}

sub not_installed {
    my ($name) = @_;
    return plan(skip_all => "$name not installed");
}

# A directory that is gone when the test is, with the files of t/real/NAME.
# Those who run as nobody may write to `data` in it.
sub workplace {
    my ($name) = @_;
    my $dir = File::Temp->newdir("revmap-$name-XXXXXX", TMPDIR => 1);
    system('cp', '-R', "t/real/$name/.", "$dir") == 0
        or die "cannot copy t/real/$name\n" if -d "t/real/$name";
    mkdir "$dir/data" or die "$dir/data: $!\n";
    system 'chmod', '-R', 'a+rX', "$dir";
    chmod 01777, "$dir/data";
    return $dir;
}

sub write_file {
    my ($path, $text) = @_;
    open my $file, '>', $path or die "$path: $!\n";
    print {$file} $text;
    close $file or die "$path: $!\n";
    chmod 0644, $path;
    return;
}

# A client program, run in a directory: its exit status, and what it said on
# both its outputs. Its settings are to be found and left there, and variables
# of ours like TESTS or http_proxy mean nothing to it.
sub run_program {
    my ($dir, @command) = @_;
    defined(my $pid = open my $pipe, '-|') or die "fork: $!\n";
    if (!$pid) {
        %ENV = (PATH => $ENV{PATH}, HOME => $dir, TMPDIR => $dir,
            TERM => 'dumb', LC_ALL => 'C.UTF-8');
        chdir $dir and open STDIN, '<', '/dev/null'
            and open STDERR, '>&', \*STDOUT
            and exec 'timeout', PATIENCE, @command;
        POSIX::_exit(127);
    }
    local $/;
    my $output = <$pipe>;
    close $pipe;
    return ($? >> 8 || $? & 127, $output);
}

# A virtual host of RevMap::Server with a port of its own, for clients to whom
# no other Host can be told than the one they connect to.
sub site {
    my ($port, @lines) = @_;
    return join "\n", "Listen 127.0.0.1:$port", "<VirtualHost *:$port>",
        "ServerName localhost:$port", 'ServerAlias 127.0.0.1', @lines,
        '</VirtualHost>', '';
}

# A certificate of a name, made now and signed by itself, and its key.
sub certificate {
    my ($dir, $name) = @_;
    my $openssl = program('openssl');
    my @files   = map { "$dir/$_.pem" } qw(certificate key);
    system("'$openssl' req -x509 -newkey rsa:2048 -nodes -days 2"
        . " -subj '/CN=$name' -addext 'subjectAltName=DNS:$name'"
        . " -out '$files[0]' -keyout '$files[1]' >'$dir/openssl' 2>&1") == 0
        or die "openssl req failed: see $dir/openssl\n";
    return @files;
}

# User and group for programs that root starts; nothing for other users.
sub runs_as {
    return $> ? () : (setting('user'), setting('group'));
}

1;
