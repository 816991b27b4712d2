"""The ways out of the building: e-mail by SMTP, post as a PDF to print, and the demo's mailbox that keeps it in."""
