# Statements that nobody would write, made up by sqlsmith over a database with
# the extension: no process dies, no assertion fails, no internal error comes
# from the extension; and a reader changes nothing. The long form is
# test/sqlsmith.sh 100000, with and without AS=reader.
#
#   prove test/t/081_sqlsmith.pl
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use Test::More;

plan skip_all => 'left out, as WITHOUT_FUZZ asks' if $ENV{WITHOUT_FUZZ};

my $smith = File::Spec->rel2abs(dirname(__FILE__) . '/../sqlsmith.sh');
my $statements = 500;

# it is a matter of the statements, not of the portal's size
local $ENV{SCALE} = '0.0002';
my $output = qx('$smith' $statements 2>&1);
is($? >> 8, 0, 'no crash, no assertion, no internal error of the extension') or diag($output);
my ($made, $calls) = $output =~ /^(\d+) statements; (\d+) call functions of karmayogi/m;
cmp_ok($made // 0, '>=', $statements, 'as many statements as were asked for');
cmp_ok($calls // 0, '>', $statements / 10, 'many of them call its functions');
note($output);

local $ENV{AS} = 'reader';
$output = qx('$smith' $statements 2>&1);
is($? >> 8, 0, 'nor with the rights of a reader, who changes nothing') or diag($output);
my ($compared) = $output =~ /^(\d+) tables, functions, schemas and roles compared/m;
cmp_ok($compared // 0, '>', 400, 'all of it is as it was');
note($output);

done_testing();
