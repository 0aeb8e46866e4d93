// Owns how several files that belong together appear: all of them or none.
namespace Tern.Formats;

/// <summary>
/// Writes every file beside its destination and renames them when all are complete. What fails is undone, so the old
/// files are there again; a process killed between two renames leaves no first file, so nothing opens as if it were whole.
/// </summary>
internal static class AtomicFileSet
{
    /// <summary>Writes the files one after another.</summary>
    /// <param name="destinations">The files to create or replace, the one by which the set is opened first.</param>
    /// <param name="write">Creates the file with that index at the path given.</param>
    /// <exception cref="IOException">A file could not be written or renamed.</exception>
    public static void Write(IReadOnlyList<string> destinations, Action<int, string> write)
    {
        string mark = Guid.NewGuid().ToString("N");
        var files = destinations
            .Select(Path.GetFullPath)
            .Select(path => new Names(path, $"{path}.{mark}.new", $"{path}.{mark}.old"))
            .ToList();
        try
        {
            for (int i = 0; i < files.Count; i++)
                write(i, files[i].New);
            Publish(files);
        }
        finally
        {
            foreach (var file in files)
                File.Delete(file.New);
        }
        foreach (var file in files)
            File.Delete(file.Old);
    }

    private static void Publish(List<Names> files)
    {
        var done = new Stack<(string From, string To)>();
        try
        {
            // The first file goes first and comes last: while it is absent, nobody opens a mixture of old and new.
            foreach (var file in files)
            {
                if (File.Exists(file.Final))
                    Move(file.Final, file.Old);
            }
            foreach (var file in files.AsEnumerable().Reverse())
                Move(file.New, file.Final);
        }
        catch
        {
            while (done.TryPop(out var move))
                File.Move(move.To, move.From);
            throw;
        }

        void Move(string from, string to)
        {
            try
            {
                File.Move(from, to);
            }
            catch (IOException e)
            {
                throw new IOException($"{to}: could not rename {from}: {e.Message}", e);
            }
            done.Push((from, to));
        }
    }

    private sealed record Names(string Final, string New, string Old);
}
