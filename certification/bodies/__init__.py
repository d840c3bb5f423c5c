"""What a body is filed for, and the cards of its assessors and supervisors."""
