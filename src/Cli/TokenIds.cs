// Owns reading token ids from a command line.
using System.Globalization;

namespace Tern.Cli;

/// <summary>Parses lists of token ids.</summary>
internal static class TokenIds
{
    private static readonly char[] s_separators = [',', ' ', '\t', '\r', '\n', '[', ']'];

    /// <summary>The ids in a list such as "1,2,3" or "[1, 2, 3]".</summary>
    /// <exception cref="CommandLineException">An entry is no id of the vocabulary.</exception>
    public static int[] Parse(string list, int vocabularySize)
    {
        string[] parts = list.Split(s_separators, StringSplitOptions.RemoveEmptyEntries);
        var ids = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (
                !int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out ids[i])
                || ids[i] >= vocabularySize
            )
                throw new CommandLineException(
                    $"token {i + 1} is '{parts[i]}'; token ids are integers from 0 to {vocabularySize - 1}"
                );
        }
        return ids;
    }
}
