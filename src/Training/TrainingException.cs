// Owns what the errors of training have in common.
namespace Tern.Training;

/// <summary>Training cannot begin or go on for a reason that the user can mend; the message says which.</summary>
/// <param name="message">What is wrong, where, and what would be right.</param>
/// <param name="inner">What found it, if another.</param>
public abstract class TrainingException(string message, Exception? inner = null) : Exception(message, inner);
