# A server under valgrind's memcheck: a few of the tests of test/sql and a refresh
# of a tiny portal, without an error that has the extension in its stack. The long
# form, all of test/sql and the tests of the native engine, is test/valgrind.sh.
#
#   prove test/t/083_valgrind.pl
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use Test::More;

plan skip_all => 'left out, as WITHOUT_FUZZ asks' if $ENV{WITHOUT_FUZZ};

my $valgrind = File::Spec->rel2abs(dirname(__FILE__) . '/../valgrind.sh');
local $ENV{TESTS} = 'tally enrolment_digest';
local $ENV{TAP} = '-';
local $ENV{SCALE} = '0.0002';
my $output = qx('$valgrind' memcheck 2>&1);
is($? >> 8, 0, 'the tests and the refresh went through, and nothing was found') or diag($output);
like($output, qr/^0 errors with the extension in their stack, \d+ without$/m, 'no error of the extension');
my ($steps) = $output =~ /^(\d+) steps of a refresh$/m;
cmp_ok($steps // 0, '>', 20, 'a whole refresh was watched');
note($output);

done_testing();
