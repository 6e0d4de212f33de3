# The C sources under gcc's static analyzer, every warning an error. The other
# tools of scripts/lint.sh take longer and packages of their own: make lint.
#
#   prove test/t/082_static.pl
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use Test::More;

my $lint = File::Spec->rel2abs(dirname(__FILE__) . '/../../scripts/lint.sh');

my $output = qx('$lint' gcc 2>&1);
is($? >> 8, 0, 'gcc -fanalyzer has nothing to say of src/*.c') or diag($output);

done_testing();
